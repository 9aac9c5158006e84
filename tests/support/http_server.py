#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""http_server.py PORT FOLDER - a web server on 127.0.0.1 that answers as FOLDER/answers says.

Each line of that file is a status and headers, "503 Retry-After:2", and is used once, or for ever when it is the last.
"400-if:TEXT" answers 400 when the body has this text and 204 otherwise; "hang" does not answer. Each request becomes a
line of JSON in FOLDER/requests: the headers (names in small letters), "connection" (which one it came over, from 0 on),
"body" (unpacked) and the "status" it was answered with."""
import gzip
import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

port, folder = int(sys.argv[1]), sys.argv[2]
lock = threading.Lock()
connections = 0
answered = 0


def next_answer():
    global answered
    with open(folder + "/answers") as file:
        answers = file.read().splitlines()
    answer = answers[min(answered, len(answers) - 1)]
    answered += 1
    return answer.split(" ")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self):
        global connections
        super().setup()
        with lock:
            self.number = connections
            connections += 1

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        body = body.decode()
        with lock:
            status, *headers = next_answer()
            if status.startswith("400-if:"):
                status = "400" if status[7:] in body else "204"
            request = {name.lower(): value for name, value in self.headers.items()}
            request.update(connection=self.number, body=body, path=self.path, status=status)
            with open(folder + "/requests", "a") as file:
                file.write(json.dumps(request) + "\n")
        if status == "hang":
            time.sleep(3600)
        text = b"" if status == "204" else b"said the server\n"
        self.send_response(int(status))
        for header in headers:
            self.send_header(*header.split(":", 1))
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *arguments):
        pass


ThreadingHTTPServer.daemon_threads = True
ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
