import Foundation
import TestSupport
import Testing

/// The daemon on a socket that was opened for it, as systemd would hand it over.
@Suite struct ServeStatusTests {
  /// Starts the daemon with a listening socket as `$pid`, and ends it when the script ends. `ask PATH` prints an answer,
  /// `metric SERIES` one number.
  private static let start = #"""
    cat >hand-over.py <<'END'
    # hand-over.py KIND COMMAND…: runs COMMAND with a socket, as sd_listen_fds(3) has it.
    import os, socket, sys
    if sys.argv[1] == "tcp":
        handed = socket.create_server(("127.0.0.1", 0))
        open("port", "w").write(str(handed.getsockname()[1]))
        handed = handed.detach()
    elif sys.argv[1] == "udp":
        handed = socket.socket(socket.AF_INET, socket.SOCK_DGRAM).detach()
    else:
        handed = os.open(os.devnull, os.O_RDONLY)
    os.dup2(handed, 3)
    os.set_inheritable(3, True)
    os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()), LISTEN_FDNAMES="mine.socket")
    os.execv(sys.argv[2], sys.argv[2:])
    END
    ask() {
      exec 7<>/dev/tcp/127.0.0.1/$(<port) && printf 'GET %s HTTP/1.0\r\n\r\n' "$1" >&7 && sed '1,/^\r$/d' <&7; exec 7>&-
    }
    metric() { ask /metrics | awk -v series="$1" '$1 == series { print $2 }'; }
    start() {
      >log # the last one's word that it was ready
      python3 hand-over.py tcp $ANIMO serve --model $TINY --spool spool --settle 0 2>log & pid=$!
      trap 'kill -TERM $pid 2>/dev/null; wait $pid' EXIT
      until grep -q ready log; do kill -0 $pid || { cat log; exit 1; }; sleep 0.05; done
    }
    await() { for _ in $(seq 300); do [ -e "$1" ] && return; sleep 0.1; done; echo "no $1"; cat log; exit 1; }

    """#

  @Test("It tells of what was dropped, the same as its statistics say, and restarts go on counting")
  func countsFiles() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.start + #"""
        start; ask /healthz; metric animo_lines_total
        printf '{"text":"hola"}\nmal\n\n{"id":1}\n' >spool/inbox/a.jsonl; printf 'a,b\n1,2\n' >spool/inbox/b.csv
        await spool/out/a.jsonl; await spool/rejected/b.csv.why.json
        for round in 1 2; do
          for series in lines_total blank_lines_total 'rejected_lines_total{reason="bad_json"}' \
            'rejected_lines_total{reason="no_text"}' published_files_total refused_files_total queue_files held_up
          do echo "$series $(metric "animo_$series")"; done
          (( $(date +%s) - $(metric animo_start_time_seconds | cut -d. -f1) < 600 )) && echo lately
          ask /metrics | grep -c '^animo_build_info{version="0.1.0",model=".*@[0-9a-f]*"} 1$'
          kill -TERM $pid; wait $pid; echo "status $?"; start
        done
        kill -TERM $pid; wait $pid
        # The file was written at the end; since then nothing but time has passed.
        start; ask /api/current >now
        for field in '"lines"' '"labelled"' '"files"' '"since"' '"queue"'; do
          diff <(grep $field now | tail -1) <(grep $field spool/stats/current.json | tail -1); done
        python3 -c 'import json; print(json.load(open("now"))["total"]["lines"])'
        """#, in: scratch.url)
    let counts = #"""
      lines_total 4
      blank_lines_total 1
      rejected_lines_total{reason="bad_json"} 1
      rejected_lines_total{reason="no_text"} 1
      published_files_total 1
      refused_files_total 1
      queue_files 0
      held_up 0
      lately
      1
      status 0

      """#
    #expect(outcome.output == "ok\n0\n" + counts + counts + "4\n")
  }

  @Test(
    "Lines labelled, unjudged, rejected, blank and left out are those of committed files, at each scrape while it works"
  )
  func keepsIdentity() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.start + #"""
        start
        ( for n in $(seq 300); do
            { printf '{"text":"hola %d"}\n{"text":"qué día"}\nmal\n\n{"text":"@ana"}\n' $n; seq $n | sed 's/.*/[&]/'; } >spool/inbox/.$n.tmp
            mv spool/inbox/.$n.tmp spool/inbox/$n.jsonl
          done ) & writer=$!
        cat >scrape.py <<'END'
        import http.client
        connection = http.client.HTTPConnection("127.0.0.1", int(open("port").read()), timeout=20)
        seen, last = set(), -1
        while len(seen) < 3 or last < 300:
            connection.request("GET", "/metrics")
            rows = [row.rsplit(" ", 1) for row in connection.getresponse().read().decode().splitlines() if row[0] != "#"]
            values = {name: float(value) for name, value in rows}
            total = lambda name: sum(value for series, value in values.items() if series.split("{")[0] == name)
            files, lines = total("animo_published_files_total"), total("animo_lines_total")
            parts = [total(f"animo_{kind}_lines_total") for kind in ("labelled", "unjudged", "blank", "rejected", "left_out")]
            # Each file has two lines to label, one with nothing to judge and a blank one; the rest differs.
            assert parts[:3] == [2 * files, files, files] and sum(parts) == lines, values
            assert files >= last, values
            last = files
            seen.add(files)
        print(int(files), int(lines))
        END
        python3 scrape.py; wait $writer
        """#, in: scratch.url)
    // 5 lines each, and n more in the nth.
    #expect(outcome.output == "300 \(300 * 5 + 300 * 301 / 2)\n")
  }

  @Test("Reloads are counted by their results")
  func countsReloads() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.start + #"""
        export ANIMO_CONFIG=animo.toml; >animo.toml; start
        reloads() { metric "animo_reloads_total{result=\"$1\"}"; }
        # Once they are as many as they should be: metrics may be a tenth of a second old.
        count() {
          for _ in $(seq 300); do (( $(reloads applied) + $(reloads refused) == $1 )) && break; sleep 0.02; done
          echo "$(reloads applied) $(reloads refused)"
        }
        count 0; $ANIMO reload --wait --spool spool; count 1
        echo 'treshold = 1' >animo.toml; $ANIMO reload --wait --spool spool 2>/dev/null; count 2
        """#, in: scratch.url)
    #expect(outcome.output == "0 0\nnothing has changed\n1 0\n1 1\n")
  }

  @Test("It says what holds it up")
  func tellsOfTrouble() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.start + #"""
        [ $UID = 0 ] || { echo skipped: only root may mount; exit; }
        mkdir spool; mount -t tmpfs -o size=2m tmpfs spool 2>&1 || { echo skipped: mounting is not allowed; exit; }
        start; trap 'umount -l spool; kill -TERM $pid; wait $pid' EXIT
        cat /dev/zero >spool/filler 2>/dev/null
        until (( $(metric animo_held_up) )); do kill -0 $pid || exit; sleep 0.1; done
        ask /healthz | grep -c '^held up: writing the statistics: disk full'
        rm spool/filler; until ask /healthz | grep ok; do kill -0 $pid || exit; sleep 0.1; done
        metric animo_held_up
        """#, in: scratch.url)
    if let reason = outcome.skipped { try Test.cancel("\(reason)") }
    #expect(outcome.output == "1\nok\n0\n")
  }

  @Test("SIGTERM ends it within 5 s while clients are connected, idle or in the middle of a request")
  func stopsWithClients() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.start + #"""
        start
        cat >hold.py <<'END'
        import socket, sys
        clients = [socket.create_connection(("127.0.0.1", int(open("port").read()))) for _ in range(70)]
        for client in clients[::2]:
            client.sendall(b"GET /metrics HTT")
        # One of the last: the first have been replaced by those above the limit.
        clients[-1].sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        print(clients[-1].recv(12).decode(), flush=True)
        sys.stdin.read()
        END
        mkfifo end; python3 hold.py <end >holding & exec 9>end
        until [ -s holding ]; do kill -0 $pid || exit; sleep 0.05; done; cat holding
        begin=$(date +%s%3N); kill -TERM $pid; wait $pid; echo $?
        (( $(date +%s%3N) - begin < 5000 )) && echo in time
        """#, in: scratch.url)
    #expect(outcome.output == "HTTP/1.1 200\n0\nin time\n")
  }

  @Test("Something else than a listening stream socket is refused by name", arguments: ["udp", "file"])
  func refusesOtherSockets(kind: String) async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.start + "python3 hand-over.py \(kind) $ANIMO serve --model $TINY --spool spool --once",
      in: scratch.url)
    #expect(outcome.status == 78)
    #expect(outcome.errors.hasPrefix("animo: mine.socket: expected a listening stream socket"))
  }

  @Test("With standard input it tells of itself as well")
  func servesStandardInput() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.start + #"""
        mkfifo tweets; python3 hand-over.py tcp $ANIMO serve --model $TINY --stdin <tweets >labels 2>log & pid=$!
        exec 9>tweets; printf '{"text":"hola"}\nmal\n' >&9
        until (( $(wc -l <labels) == 2 )); do kill -0 $pid || exit; sleep 0.05; done
        until (( $(metric animo_lines_total) == 2 )); do kill -0 $pid || exit; sleep 0.05; done; ask /healthz
        exec 9>&-; wait $pid; echo $?
        """#, in: scratch.url)
    #expect(outcome.output == "ok\n65\n")
  }
}
