import Foundation
import TestSupport
import Testing

/// The shipped socket unit on a real systemd: a daemon without a network that is asked over the network.
@Suite(
  .enabled(if: SystemdMachine.obstacle == nil, "no machine with systemd: \(SystemdMachine.obstacle ?? "")"))
struct SystemdSocketTests {
  /// Installs the units and makes functions: `ask PATH` prints an answer, `metric SERIES` one number, `pid` the daemon's,
  /// `active` waits until it is.
  private static let install =
    SystemdServiceTests.install + #"""
      ask() {
        exec 7<>/dev/tcp/127.0.0.1/8437 && printf 'GET %s HTTP/1.0\r\n\r\n' "$1" >&7 && sed '1,/^\r$/d' <&7; exec 7>&-
      }
      metric() { ask /metrics | awk -v series="$1" '$1 == series { print $2 }'; }
      active() { until systemctl is-active --quiet animo; do sleep 0.1; done; echo active; }
      pid() { systemctl show animo -p MainPID --value; }

      """#

  @Test("A request starts the daemon, which answers it without a network and tells of what was dropped")
  func startsOnRequest() async throws {
    let outcome = try await SystemdMachine.run(
      Self.install + #"""
        systemctl enable --now animo.socket 2>/dev/null; systemctl is-active animo || true
        ask /healthz; active
        # What its sandbox is: no network device but an own loopback, no socket but Unix ones, no address.
        nsenter -t $(pid) --net cat /proc/net/dev | grep -c :
        [ $(readlink /proc/$(pid)/ns/net) != $(readlink /proc/1/ns/net) ] && echo apart
        systemctl show animo -p PrivateNetwork -p RestrictAddressFamilies
        { echo '{"text":"qué alegría"}'; echo mal; echo; } | drop a.jsonl; await $spool/out/a.jsonl
        for series in 'labelled_lines_total{label="positive"}' 'rejected_lines_total{reason="bad_json"}' \
          blank_lines_total lines_total published_files_total
        do metric "animo_$series"; done
        ask /api/current | python3 -c 'import json, sys; print(json.load(sys.stdin)["total"]["lines"])'
        journalctl --sync; journalctl -u animo -p warning -o cat
        """#)
    #expect(
      outcome.output == """
        inactive
        ok
        active
        1
        apart
        PrivateNetwork=yes
        RestrictAddressFamilies=AF_UNIX
        1
        1
        1
        3
        1
        3

        """)
    #expect(outcome.errors == "")
  }

  @Test("While it restarts no connection is refused; one that comes while it is stopped starts it again")
  func keepsListening() async throws {
    let outcome = try await SystemdMachine.run(
      Self.install + #"""
        systemctl enable --now animo.socket 2>/dev/null; ask /healthz
        cat >/tmp/hammer.py <<'END'
        import http.client, os
        asked = 0
        while not os.path.exists("/tmp/enough"):
            connection = http.client.HTTPConnection("127.0.0.1", 8437, timeout=60)
            try:
                connection.request("GET", "/healthz")
                assert connection.getresponse().read() == b"ok\n"
            except (ConnectionResetError, http.client.RemoteDisconnected):
                pass  # it was being answered when the daemon ended
            asked += 1
        print("asked" if asked > 20 else asked)
        END
        python3 /tmp/hammer.py & hammer=$!
        for round in 1 2 3; do before=$(pid); systemctl restart animo; (( $(pid) != before )) && echo restarted; sleep 0.5; done
        kill -KILL $(pid); sleep 2; touch /tmp/enough; wait $hammer && echo none refused
        systemctl stop animo 2>/dev/null; systemctl is-active animo || true; ask /healthz; active
        systemctl stop animo.socket animo; (ask /healthz) 2>&1 | grep -o 'Connection refused' | tail -1
        systemctl start animo; systemctl is-active animo; systemctl is-active animo.socket || true
        """#)
    #expect(
      outcome.output == """
        ok
        restarted
        restarted
        restarted
        asked
        none refused
        inactive
        ok
        active
        Connection refused
        active
        inactive

        """)
  }

  @Test("Switched on beside a running daemon as the manual says; then as a socket file for a group alone")
  func servesUnixSocket() async throws {
    let outcome = try await SystemdMachine.run(
      Self.install + #"""
        systemctl start animo
        awk '/^## Health/ { on = 1 } on && /^```$/ { exit } on && code { print } on && /^```sh/ { code = 1 }' \
          Sources/animo/animo.docc/Operating.md | sed 's/^curl .*/true/' >switch-on
        bash -e switch-on 2>/dev/null; ask /healthz
        mkdir -p /etc/systemd/system/animo.socket.d
        sed -n '/^#   \[Socket\]/,/^#   SocketMode/s/^#   //p' systemd/animo.socket >/etc/systemd/system/animo.socket.d/unix.conf
        systemctl daemon-reload; systemctl stop animo.socket animo 2>/dev/null; systemctl start animo.socket
        cat >/tmp/ask.py <<'END'
        import http.client, socket
        connection = http.client.HTTPConnection("localhost")
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect("/run/animo.sock")
        connection.request("GET", "/healthz")
        print(connection.getresponse().read().decode(), end="")
        END
        stat -c '%A %U %G' /run/animo.sock; python3 /tmp/ask.py
        chmod 644 /tmp/ask.py
        setpriv --reuid=nobody --clear-groups --regid=nogroup /usr/bin/python3 /tmp/ask.py 2>&1 | grep -o PermissionError | tail -1
        """#)
    #expect(outcome.output == "ok\nsrw-rw---- root animo\nok\nPermissionError\n")
  }

  @Test("What only a person can mend fails service and socket, rings the alarm, and is started no more")
  func failsForPersons() async throws {
    let outcome = try await SystemdMachine.run(
      Self.install + #"""
        # A tenth of the unit's pause: it would be started again twice in what is waited for.
        printf '[Unit]\nOnFailure=alarm.service\n[Service]\nRestartSec=500ms\n' | override alarm
        printf '[Unit]\nStartLimitIntervalSec=0\n[Service]\nType=oneshot\nExecStart=touch /run/alarm\n' \
          >/etc/systemd/system/alarm.service
        lines() { journalctl --sync; journalctl -u animo -u animo.socket -o cat | wc -l; }
        systemctl enable --now animo.socket 2>/dev/null
        echo 'treshold = 0.9' >>/etc/animo/animo.toml
        ask /healthz 2>/dev/null || true
        until systemctl is-failed --quiet animo.socket; do sleep 0.1; done
        sleep 1; before=$(lines); (( before < 60 )) && echo few lines
        sleep 1; (( $(lines) == before )) && echo and no more
        systemctl --failed --no-legend --plain | cut -d ' ' -f 1; ls /run/alarm
        (ask /healthz) 2>&1 | grep -o 'Connection refused' | tail -1
        sed -i '$d' /etc/animo/animo.toml; systemctl start animo.socket animo; ask /healthz
        # A damaged ledger, without a client.
        systemctl stop animo.socket animo; rm -f /run/alarm /var/lib/animo/ledger.sqlite-*; echo damaged >/var/lib/animo/ledger.sqlite
        before=$(lines); systemctl start animo 2>/dev/null || systemctl show animo -p ExecMainStatus
        sleep 1.5; systemctl is-failed animo; ls /run/alarm; (( $(lines) < before + 10 )) && echo few lines
        """#)
    #expect(
      outcome.output == """
        few lines
        and no more
        animo.service
        animo.socket
        /run/alarm
        Connection refused
        ok
        ExecMainStatus=78
        failed
        /run/alarm
        few lines

        """)
  }

  @Test("What may heal by itself is tried again for as long as it takes, and who waits is answered then")
  func healsForThoseWhoWait() async throws {
    let outcome = try await SystemdMachine.run(
      Self.install + #"""
        # A tenth of the units' pause and of their limit, so that the limit would have stopped ten times by then.
        grep -c -x -e RestartSec=5s -e TriggerLimitIntervalSec=20s systemd/animo.service systemd/animo.socket
        printf '[Service]\nRestartSec=500ms\nExecStart=\nExecStart=%s\n' \
          "/bin/sh -c '[ -e /etc/animo/mended ] || exit 74; exec animo serve'" | override broken
        mkdir -p /etc/systemd/system/animo.socket.d
        printf '[Socket]\nTriggerLimitIntervalSec=2s\n' >/etc/systemd/system/animo.socket.d/limit.conf
        systemctl daemon-reload; systemctl enable --now animo.socket 2>/dev/null
        ask /healthz >/tmp/answer & waiting=$!
        until (( $(systemctl show animo -p NRestarts --value) > 10 )); do sleep 0.1; done
        systemctl is-active animo.socket; touch /etc/animo/mended
        wait $waiting; cat /tmp/answer; active; systemctl is-active animo.socket
        """#)
    #expect(
      outcome.output
        == "systemd/animo.service:1\nsystemd/animo.socket:1\nactive\nok\nactive\nactive\n")
  }

  @Test("Whatever address it listens on, it answers this machine alone until others are allowed")
  func keepsToThisMachine() async throws {
    let outcome = try await SystemdMachine.run(
      Self.install + #"""
        listen() {
          mkdir -p /etc/systemd/system/animo.socket.d
          printf '[Socket]\nListenStream=\nListenStream=0.0.0.0:8437\n%s\n' "$1" >/etc/systemd/system/animo.socket.d/all.conf
          systemctl daemon-reload; systemctl stop animo.socket animo 2>/dev/null; systemctl start animo.socket
        }
        cat >/tmp/connect.py <<'END'
        # connect.py ADDRESS: what is answered to a client of that address, which the loopback gets (SIOCSIFADDR: netdevice(7)).
        import fcntl, socket, struct, sys
        address = socket.inet_aton(sys.argv[1])
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
            fcntl.ioctl(any_socket, 0x8916, struct.pack("16sH2x4s8x", b"lo:1", socket.AF_INET, address))
        try:
            client = socket.create_connection((sys.argv[1], 8437), timeout=float(sys.argv[2]))
            client.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
            print(client.makefile().read().splitlines()[-1])
        except TimeoutError:
            print("no answer")
        END
        listen ''; ask /healthz; python3 /tmp/connect.py 192.0.2.1 3
        listen IPAddressAllow=192.0.2.0/24; ask /healthz; python3 /tmp/connect.py 192.0.2.1 60
        journalctl --sync; journalctl -o cat | grep -qE 'animo.socket:.*(firewall|BPF)' && echo the kernel does not filter
        """#)
    // systemd says so where it cannot filter.
    let unfiltered = "ok\nok\nok\nok\nthe kernel does not filter\n"
    #expect(outcome.output == (outcome.output == unfiltered ? unfiltered : "ok\nno answer\nok\nok\n"))
  }
}
