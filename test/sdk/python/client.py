"""The official Python SDK, led by lines of JSON on standard input: each asks one thing and is answered with one line."""

import json
import sys

import openai
from openai.lib.streaming.chat import ChatCompletionStreamState


def ask(client, params):
    raw = client.chat.completions.with_raw_response.create(**params)
    if not params.get("stream"):
        return {"completion": raw.parse().to_dict(), "headers": dict(raw.headers)}
    state = ChatCompletionStreamState()
    chunks = []
    for chunk in raw.parse():
        chunks.append(chunk.to_dict())
        state.handle_chunk(chunk)
    return {"completion": state.get_final_completion().to_dict(), "chunks": chunks, "headers": dict(raw.headers)}


def run(order):
    client = openai.OpenAI(base_url=order["baseUrl"], api_key=order["apiKey"], max_retries=0, timeout=20)
    try:
        if order["do"] == "models":
            return {"models": [model.id for model in client.models.list()]}
        if order["do"] == "embed":
            return {"embedding": client.embeddings.create(**order["params"]).data[0].embedding}
        return ask(client, order["params"])
    except openai.APIStatusError as error:
        kept = {"class": type(error).__name__, "status": error.status_code, "code": error.code, "type": error.type}
        return {"error": {**kept, "retryAfter": error.response.headers.get("retry-after")}}
    except openai.APIConnectionError as error:
        return {"error": {"class": type(error).__name__}}
    except openai.APIError as error:
        return {"error": {"class": type(error).__name__}}


for line in sys.stdin:
    print(json.dumps(run(json.loads(line))), flush=True)
