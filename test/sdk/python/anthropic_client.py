"""Anthropic's Python SDK, led by lines of JSON on standard input: each asks one thing and is answered with one line."""

import json
import sys

import anthropic


def ask(client, params):
    if not params.pop("stream", False):
        raw = client.messages.with_raw_response.create(**params)
        return {"message": raw.parse().to_dict(mode="json"), "headers": dict(raw.headers)}
    with client.messages.stream(**params) as stream:
        events = [event.type for event in stream]
        message = stream.get_final_message().to_dict(mode="json")
        return {"message": message, "events": events, "headers": dict(stream.response.headers)}


def run(order):
    client = anthropic.Anthropic(base_url=order["baseUrl"], api_key=order["apiKey"], max_retries=0, timeout=20)
    try:
        if order["do"] == "count":
            return {"tokens": client.messages.count_tokens(**order["params"]).input_tokens}
        return ask(client, order["params"])
    except anthropic.APIStatusError as error:
        kept = {"class": type(error).__name__, "status": error.status_code, "body": error.body}
        return {"error": {**kept, "retryAfter": error.response.headers.get("retry-after")}}
    except (anthropic.APIError, Exception) as error:
        return {"error": {"class": type(error).__name__}}


for line in sys.stdin:
    print(json.dumps(run(json.loads(line))), flush=True)
