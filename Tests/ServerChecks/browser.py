"""Headless Chromium, driven over its remote debugging protocol (https://chromedevtools.github.io/devtools-protocol/)."""

import base64
import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.request

KEYS = {"Tab": 9, "Enter": 13, "ArrowLeft": 37, "ArrowRight": 39, "Home": 36, "End": 35, "Escape": 27, " ": 32}


class Browser:
    def __init__(self):
        import websocket  # python3-websocket
        self.folder = tempfile.mkdtemp(prefix="animo-browser-")
        self.process = subprocess.Popen(
            ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--lang=en-GB",
             "--remote-debugging-port=0", "--remote-allow-origins=*", f"--user-data-dir={self.folder}", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        place = os.path.join(self.folder, "DevToolsActivePort")
        end = time.monotonic() + 60
        while not (os.path.exists(place) and open(place).read().count("\n")):
            if time.monotonic() > end:
                raise TimeoutError("chromium does not start")
            time.sleep(0.1)
        port = open(place).read().split()[0]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
            page = next(target for target in json.load(answer) if target["type"] == "page")
        self.socket = websocket.create_connection(page["webSocketDebuggerUrl"], timeout=60)
        self.number, self.events = 0, []
        for domain in ["Page", "Runtime", "Network", "Log"]:
            self.do(f"{domain}.enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.do("Browser.close")
        except Exception:
            self.process.kill()
        self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)

    def do(self, method, **parameters):
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.socket.recv())
            if message.get("id") != self.number:
                self.events.append(message)
            elif "error" in message:
                raise RuntimeError(f"{method}: {message['error']['message']}")
            else:
                return message["result"]

    def ask(self, expression):
        """The value of a JavaScript expression, awaited."""
        result = self.do("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(f"{expression}: {result['exceptionDetails']['text']}")
        return result["result"].get("value")

    def wait(self, expression, seconds=20):
        """Whether an expression becomes true in time; one that fails, as before the page is there, is not true yet."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if self.ask(expression):
                    return True
            except RuntimeError:
                pass
            time.sleep(0.1)
        return False

    def open(self, address, width=1280, dark=False):
        self.resize(width, dark)
        self.do("Page.navigate", url=address)

    def resize(self, width, dark=False):
        self.do("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 500)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.do("Emulation.setEmulatedMedia", features=[scheme])

    def press(self, key):
        code = {"key": key, "windowsVirtualKeyCode": KEYS[key]}
        text = {"Enter": "\r", " ": " "}.get(key)
        self.do("Input.dispatchKeyEvent", type="keyDown", **code, **({"text": text} if text else {}))
        self.do("Input.dispatchKeyEvent", type="keyUp", **code)

    def type(self, text):
        self.do("Input.insertText", text=text)

    def picture(self, path):
        width, height = self.ask("[innerWidth, document.documentElement.scrollHeight]")
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        image = self.do("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        with open(path, "wb") as file:
            file.write(base64.b64decode(image["data"]))

    def errors(self):
        """What the console has reported, and exceptions."""
        found = []
        for event in self.events:
            parameters = event.get("params", {})
            if event["method"] == "Log.entryAdded" and parameters["entry"]["level"] in ("error", "warning"):
                found.append(f"{parameters['entry']['text']} {parameters['entry'].get('url', '')}")
            elif event["method"] == "Runtime.exceptionThrown":
                details = parameters["exceptionDetails"]
                found.append(details.get("exception", {}).get("description", details["text"]))
            elif event["method"] == "Runtime.consoleAPICalled":
                found.append(f"console.{parameters['type']}")
        return found

    def requests(self):
        """The addresses of all requests."""
        return [event["params"]["request"]["url"] for event in self.events if event["method"] == "Network.requestWillBeSent"]
