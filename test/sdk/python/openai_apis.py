"""What an application does with the Python SDKs, led by lines of JSON on standard input, each answered with one line."""

import json
import sys

import openai
from langchain_core.messages import HumanMessage
from langchain_core.tools import tool
from langchain_openai import AzureChatOpenAI, ChatOpenAI, OpenAI
from pydantic import BaseModel

API_VERSION = "2024-10-21"


class Answer(BaseModel):
    answer: str


@tool
def get_weather(city: str) -> str:
    """Weather of a city."""
    return f"Rain in {city}"


def client(to):
    return openai.OpenAI(base_url=to["root"] + "/v1", api_key=to["key"], max_retries=0, timeout=30)


def azure(to):
    return openai.AzureOpenAI(
        azure_endpoint=to["root"], api_key=to["key"], api_version=API_VERSION, max_retries=0, timeout=30
    )


def completion(connect):
    params = {"model": "gpt-3.5-turbo-instruct", "prompt": "What is Rust?", "max_tokens": 99}

    def ask(to, stream):
        if not stream:
            return connect(to).completions.create(**params).to_dict()
        whole, text = {}, ""
        for chunk in connect(to).completions.create(**params, stream=True, stream_options={"include_usage": True}):
            told = chunk.to_dict()
            choices = told.pop("choices")
            whole |= told
            for choice in choices:
                text += choice["text"]
                whole["choices"] = [{**choice, "text": text}]
        return whole

    return ask


def response(connect, **more):
    params = {"model": "gpt-4.1", "input": "What is Rust?", **more}

    def ask(to, stream):
        if not stream:
            return connect(to).responses.create(**params).to_dict()
        text = ""
        with connect(to).responses.stream(**params) as events:
            for event in events:
                if event.type == "response.output_text.delta":
                    text += event.delta
            final = events.get_final_response()
        assert text == final.output_text
        told = final.to_dict()
        for item in told["output"]:
            item.pop("parsed_arguments", None)
            for part in item.get("content") or []:
                part.pop("parsed", None)
        return told

    return ask


def chat(connect):
    params = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "What is Rust?"}]}

    def ask(to, stream):
        if not stream:
            told = connect(to).chat.completions.create(**params)
        else:
            with connect(to).chat.completions.stream(**params, stream_options={"include_usage": True}) as events:
                for _ in events:
                    pass
                told = events.get_final_completion()
        choice = told.choices[0]
        return {
            "id": told.id,
            "created": told.created,
            "model": told.model,
            "usage": told.usage.to_dict(),
            "content": choice.message.content,
            "finish": choice.finish_reason,
        }

    return ask


def langchain(model, question="What is Rust?"):
    def ask(to, stream):
        runnable = model(to)
        if not stream:
            return message(runnable.invoke([HumanMessage(question)]))
        whole = None
        for chunk in runnable.stream([HumanMessage(question)]):
            whole = chunk if whole is None else whole + chunk
        return message(whole)

    return ask


def message(told):
    if isinstance(told, str):
        return {"text": told}
    if isinstance(told, Answer):
        return told.model_dump()
    kept = {"id": told.id, "text": told.text if isinstance(told.text, str) else told.text(), "usage": told.usage_metadata}
    calls = [{key: call[key] for key in ("id", "name", "args")} for call in told.tool_calls]
    # A run without an id from the API gets one from the library, another one each time.
    if str(kept["id"]).startswith(("run-", "lc_run-")):
        del kept["id"]
    kept["model"] = told.response_metadata.get("model_name")
    return {**kept, "calls": calls}


def chat_openai(to, **more):
    return ChatOpenAI(
        model="gpt-4o-mini", base_url=to["root"] + "/v1", api_key=to["key"], max_retries=0, stream_usage=True, **more
    )


CASES = {
    "a completion": completion(client),
    "a response": response(client),
    "a response after reasoning": response(client, reasoning={"effort": "low", "summary": "auto"}, store=False),
    "Azure: chat": chat(azure),
    "Azure: a completion": completion(azure),
    "Azure: a response": response(azure),
    "langchain: chat": langchain(chat_openai),
    "langchain: chat with tools": langchain(
        lambda to: chat_openai(to).bind_tools([get_weather]), "What is the weather in Paris and Rome?"
    ),
    "langchain: a structured answer": langchain(lambda to: chat_openai(to).with_structured_output(Answer)),
    "langchain: responses": langchain(lambda to: chat_openai(to, use_responses_api=True)),
    "langchain: a completion": langchain(
        lambda to: OpenAI(
            model="gpt-3.5-turbo-instruct", base_url=to["root"] + "/v1", api_key=to["key"], max_retries=0, max_tokens=99
        )
    ),
    "langchain: Azure": langchain(
        lambda to: AzureChatOpenAI(
            azure_deployment="gpt-4o-mini",
            azure_endpoint=to["root"],
            api_key=to["key"],
            api_version=API_VERSION,
            max_retries=0,
            stream_usage=True,
        )
    ),
}


def run(order):
    if order["do"] == "cases":
        return list(CASES)
    try:
        return CASES[order["case"]](order["to"], order["stream"])
    except Exception as error:  # told to the test, which fails on it
        return {"failure": f"{type(error).__name__}: {error}"}


for line in sys.stdin:
    print(json.dumps(run(json.loads(line)), default=str), flush=True)
