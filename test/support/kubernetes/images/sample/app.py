"""`app.py serve`: GET /ask?q=… on port 8080 asks the model. `app.py ask "…" "…"`: asks each in turn and ends, as a Job does.
Where it asks is what the SDK reads: OPENAI_BASE_URL and OPENAI_API_KEY. A line of JSON tells of each question."""

import json
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

from openai import OpenAI

openai = OpenAI(api_key=os.environ.get("OPENAI_API_KEY", "sk-sample"))


def ask(question):
    raw = openai.chat.completions.with_raw_response.create(
        model="gpt-4o-mini", messages=[{"role": "user", "content": question}]
    )
    answer = raw.parse().choices[0].message.content
    told = json.dumps({"question": question, "answer": answer, "phase": raw.headers.get("x-fourfold-phase")})
    print(told)
    return told


class Application(BaseHTTPRequestHandler):
    def do_GET(self):
        questions = parse_qs(urlparse(self.path).query).get("q")
        try:
            self.reply(200, ask(questions[0]) if questions else "ask with /ask?q=…")
        except Exception as error:
            self.reply(502, str(error))

    def reply(self, status, text):
        body = f"{text}\n".encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


what, *questions = sys.argv[1:]
if what == "ask":
    for question in questions:
        ask(question)
else:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    ThreadingHTTPServer(("", 8080), Application).serve_forever()
