import Foundation
import TestSupport
import Testing

/// The daemon on addresses of its own.
@Suite struct ListenTests {
  private static let start = #"""
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    start() {
      $ANIMO serve --model $TINY --spool spool --settle 0 "$@" 2>log & pid=$!
      trap 'kill -TERM $pid 2>/dev/null; wait $pid' EXIT
      until grep -q ready log; do kill -0 $pid || { cat log; exit 1; }; sleep 0.05; done
    }
    cat >ask.py <<'END'
    # ask.py ADDRESS PATH [FILE TYPE]: the answer, to a POST of the file if there is one.
    import http.client, socket, sys
    address, path, *body = sys.argv[1:]
    connection = http.client.HTTPConnection("localhost" if address.startswith("/") else address, timeout=20)
    if address.startswith("/"):
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect(address)
    if body:
        connection.request("POST", path, open(body[0], "rb").read(), {"Content-Type": body[1]})
    else:
        connection.request("GET", path)
    sys.stdout.write(connection.getresponse().read().decode())
    END

    """#

  @Test("It answers on a port and on a socket file, labels as the filter does, and lists finished files")
  func listens() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.start + #"""
        start --listen 127.0.0.1:$port --listen unix:$PWD/http
        python3 ask.py 127.0.0.1:$port /healthz; python3 ask.py $PWD/http /readyz; stat -c %A http
        printf '{"id":1,"text":"hola"}\nmal\n' >lines.jsonl; printf 'hola\n\nqué día\n' >lines.txt
        for file in lines.jsonl:application/x-ndjson lines.txt:text/plain; do
          python3 ask.py 127.0.0.1:$port /v1/classify ${file/:/ } | cmp - <($ANIMO classify -q --model $TINY ${file%:*}) && echo same
        done
        echo '{"text":"no es lo más"}' >text.json
        python3 ask.py 127.0.0.1:$port /v1/explain text.json application/json >words.json
        $ANIMO explain --model $TINY --json 'no es lo más' | python3 -c '
        import json, sys
        exact, rough = json.load(sys.stdin), json.load(open("words.json"))
        near = all(abs(a["worth"][label] - b["worth"][label]) < 0.1 for a, b in zip(exact["words"], rough["words"]) for label in exact["p"])
        print([word["word"] for word in rough["words"]] == [word["word"] for word in exact["words"]], near, exact["p"] == rough["p"])'
        cp lines.jsonl spool/inbox/.a; mv spool/inbox/.a spool/inbox/a.jsonl
        until [ -e spool/out/a.jsonl ]; do sleep 0.05; done
        python3 ask.py 127.0.0.1:$port '/api/jobs?limit=1' | python3 -c '
        import json, sys
        last = json.load(sys.stdin)["last"]
        print(len(last), last[0]["name"], last[0]["labelled"], last[0]["rejected"], last[0]["rejects"])'
        kill -TERM $pid; wait $pid; echo "$? $(ls http 2>&1 | grep -c 'No such')"
        """#, in: scratch.url)
    #expect(
      outcome.output == "ok\nok\nsrw-rw----\nsame\nsame\nTrue True True\n1 a.jsonl 1 1 a.rejects.jsonl\n0 1\n"
    )
  }

  @Test("An address in use ends the start with the reason; one that others reach causes a warning")
  func tellsOfAddresses() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.start + #"""
        start --listen 0.0.0.0:$port; grep -c 'doubtful configuration.*there are no passwords' log
        $ANIMO serve --model $TINY --spool new --listen unix:$PWD/s --listen 127.0.0.1:$port --once; echo $?
        ls s 2>&1 | grep -c 'No such'
        $ANIMO serve --listen 8437; echo $?
        """#, in: scratch.url)
    #expect(outcome.output == "1\n69\n1\n64\n")
    #expect(outcome.errors.contains("cannot listen on 127.0.0.1:"))
    #expect(outcome.errors.contains("--listen must be addresses with ports"))
  }

  @Test("A socket file whose listener accepts no more connections is in use, and does not hold up the start")
  func findsBusyListener() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      python3 - $ANIMO serve --model $TINY --spool spool --once --listen unix:$PWD/http <<'END'
      import socket, subprocess, sys
      listener = socket.socket(socket.AF_UNIX)
      listener.bind("http")
      listener.listen(0)
      waiting = []
      try:
          while True:
              waiting.append(socket.socket(socket.AF_UNIX))
              waiting[-1].setblocking(False)
              waiting[-1].connect("http")
      except BlockingIOError:
          print(subprocess.run(sys.argv[1:]).returncode)
      END
      ls http
      """#, in: scratch.url)
    #expect(outcome.output == "69\nhttp\n")
    #expect(outcome.errors.contains("Address already in use"))
  }

  @Test("What is no socket stays where it is, and the address is in use")
  func leavesOtherFiles() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      mkfifo pipe; echo mine >file
      for name in pipe file; do
        $ANIMO serve --model $TINY --spool new --once --listen unix:$PWD/$name; echo "$? $(stat -c %F $name)"
      done
      """#, in: scratch.url)
    #expect(outcome.output == "69 fifo\n69 regular file\n")
  }
}
