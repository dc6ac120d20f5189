"""Follows streams with one of Python's clients, as its documentation shows it: client.py CLIENT URL...

Prints a line of JSON for each event, with the number of its URL. Connecting, and coming back, is the user's with both of them.
"""

import json
import sys
import threading
import time

import httpx
import requests
import sseclient
from httpx_sse import connect_sse

printing = threading.Lock()


def tell(way, **message):
    line = json.dumps({"way": way, **message})
    with printing:
        print(line, flush=True)


def with_httpx_sse(url, headers):
    timeout = httpx.Timeout(10, read=None)
    with httpx.Client(timeout=timeout, trust_env=False) as client:
        with connect_sse(client, "GET", url, headers=headers) as source:
            source.response.raise_for_status()
            for event in source.iter_sse():
                yield event.id, event.data


def with_sseclient(url, headers):
    headers = {**headers, "Accept": "text/event-stream"}
    with requests.get(url, stream=True, headers=headers) as response:
        response.raise_for_status()
        for event in sseclient.SSEClient(response).events():
            yield event.id, event.data


CLIENTS = {"httpx-sse": with_httpx_sse, "sseclient-py": with_sseclient}


def follow(way, url, client):
    last = None
    while True:
        headers = {} if last is None else {"Last-Event-ID": last}
        try:
            for identifier, data in client(url, headers):
                tell(way, id=identifier, data=data)
                # Part of an event, when the connection was cut in it: from the last whole one again. Its id may be cut as well.
                last = json.loads(data)["cursor"]
        except (httpx.HTTPError, requests.RequestException, ValueError):
            pass
        time.sleep(0.2)


name, *urls = sys.argv[1:]
for way, url in enumerate(urls):
    threading.Thread(target=follow, args=(way, url, CLIENTS[name])).start()
