import Foundation
import TestSupport
import Testing

/// The shipped unit on a real systemd, in its whole sandbox, installed as Operating.md says.
@Suite(
  .enabled(if: SystemdMachine.obstacle == nil, "no machine with systemd: \(SystemdMachine.obstacle ?? "")"))
struct SystemdServiceTests {
  /// Installs it with the manual's own commands, and makes functions: `drop NAME` puts standard input into the inbox,
  /// `await FILE` waits for a file.
  static let install = #"""
    set -e
    trap 'echo "$BASH_COMMAND: status $?"; journalctl --sync; journalctl -u animo -o short-precise | tail -20' ERR
    awk '/^By hand/ { on = 1 } on && /^```$/ { exit } on && code { print } on && /^```sh/ { code = 1 }' \
      Sources/animo/animo.docc/Operating.md | sed "s|.build/release/animo|$ANIMO|; /enable --now/d" >commands
    bash -e commands >/dev/null 2>&1
    spool=/var/spool/animo
    drop() { cat >$spool/inbox/.$1.tmp; mv $spool/inbox/.$1.tmp $spool/inbox/$1; }
    await() { for _ in $(seq 600); do [ -e "$1" ] && return; sleep 0.1; done; echo "no $1"; journalctl -u animo; exit 1; }
    override() { mkdir -p /etc/systemd/system/animo.service.d; cat >/etc/systemd/system/animo.service.d/$1.conf; systemctl daemon-reload; }

    """#

  @Test("Installed by hand it starts, labels what is dropped, says how it is, and stops")
  func works() async throws {
    let outcome = try await SystemdMachine.run(
      Self.install + #"""
        systemctl enable --now animo 2>/dev/null
        systemctl show animo -p ActiveState -p SubState
        { echo '{"text":"qué alegría"}'; echo mal; } | drop a.jsonl
        await $spool/out/a.jsonl
        grep -c '"label":"positive"' $spool/out/a.jsonl; ls $spool/rejected
        stat -c '%A %U %G' $spool/inbox $spool/out $spool/out/a.jsonl $spool/work
        systemctl show animo -p StatusText | grep -c queued
        systemctl stop animo; systemctl show animo -p Result -p ExecMainStatus
        """#)
    #expect(
      outcome.output == """
        ActiveState=active
        SubState=running
        1
        a.rejects.jsonl
        drwx-ws--T animo animo-drop
        drwxr-s--- animo animo
        -rw-r----- animo animo
        drwx------ animo animo
        1
        Result=success
        ExecMainStatus=0

        """)
    #expect(outcome.errors == "")
  }

  @Test("The journal has file, job and the message's identity as fields, and one line for the whole file")
  func writesJournal() async throws {
    let outcome = try await SystemdMachine.run(
      Self.install + #"""
        systemctl start animo
        { echo '{"text":"hola"}'; yes mal | head -20000; } | drop a.jsonl
        await $spool/out/a.jsonl; systemctl stop animo; journalctl --sync
        journalctl -u animo SRC=a.jsonl -o json --output-fields=JOB,MESSAGE_ID,ANIMO_REJECTED |
          grep -oE '"(JOB|MESSAGE_ID|ANIMO_REJECTED)":"[^"]*"' | sed -E 's/(JOB":")[-0-9]+/\1…/' | sort
        (( $(journalctl -u animo _TRANSPORT=journal -o cat | wc -l) < 20 )) && echo few
        journalctl -u animo -o cat | grep priority || true # of libdispatch
        journalctl -u animo -x MESSAGE_ID=5c047e9122aa4baba1f3ed82e87cc0e4 | grep -c 'a.jsonl came out as out/a.jsonl'
        """#)
    #expect(
      outcome.output == """
        "ANIMO_REJECTED":"20000"
        "JOB":"…"
        "MESSAGE_ID":"5c047e9122aa4baba1f3ed82e87cc0e4"
        few
        1

        """)
  }

  @Test("A file that another user writes in place is taken when that one has closed it, not before")
  func waitsForOthers() async throws {
    let outcome = try await SystemdMachine.run(
      Self.install + #"""
        echo 'settle = 0.5' >>/etc/animo/animo.toml; systemctl start animo
        exec 5>$spool/inbox/slow.txt; echo uno >&5; sleep 3
        echo hola | drop later.txt; await $spool/out/later.txt.jsonl; ls $spool/out
        echo dos >&5; exec 5>&-
        await $spool/out/slow.txt.jsonl; wc -l <$spool/out/slow.txt.jsonl
        grep Cap /proc/$(systemctl show animo -p MainPID --value)/status | sort -u
        """#)
    let lease = "0000000010000000"
    #expect(
      outcome.output
        == "later.txt.jsonl\n2\nCapAmb:\t\(lease)\nCapBnd:\t\(lease)\nCapEff:\t\(lease)\nCapInh:\t\(lease)\nCapPrm:\t\(lease)\n"
    )
  }

  @Test("systemd-analyze finds nothing to mend in the units, and an exposure of 0.5 at most")
  func passesAnalysis() async throws {
    let outcome = try await SystemdMachine.run(
      Self.install + #"""
        systemd-analyze verify --man=no animo.socket animo.service animo@madrid.socket animo@madrid.service animo-spool@madrid.service
        systemd-analyze security --offline=true --threshold=5 animo.service animo@madrid.service >/dev/null && echo safe
        # It makes folders for other users, and so is root.
        systemd-analyze security --offline=true --threshold=15 animo-spool@madrid.service >/dev/null && echo safe
        # The second are the first but for their paths.
        settings() { grep -vE '^(#|$|Requires=|After=|Description)' $1; }
        diff <(settings systemd/animo.service) <(settings systemd/animo@.service |
          sed 's/-%i//g; s/%i.toml/animo.toml/') && echo same
        diff <(settings systemd/animo.socket | grep -v Service=) <(settings systemd/animo@.socket |
          sed 's|ListenStream=/.*|ListenStream=127.0.0.1:8437|; /^Socket[GM]/d') && echo same
        """#)
    #expect(outcome.output == "safe\nsafe\nsame\nsame\n")
    #expect(outcome.errors == "")
  }

  @Test("A second inbox has a configuration, a spool and a ledger of its own")
  func servesInstances() async throws {
    let outcome = try await SystemdMachine.run(
      Self.install + #"""
        systemctl start animo@madrid 2>/dev/null || echo needs a configuration
        cp /etc/animo/animo.toml /etc/animo/madrid.toml
        systemctl start animo animo@madrid
        spool=/var/spool/animo-madrid; echo hola | drop a.txt; await $spool/out/a.txt.jsonl
        stat -c '%A %U %G' $spool/inbox; ls /var/lib | grep animo; ls /var/spool/animo/out
        echo hola >/tmp/b.txt; animo drop --wait --spool $spool /tmp/b.txt
        animo status --spool $spool | grep -c ^done
        systemctl stop animo@madrid; systemctl start animo@madrid.socket; stat -c '%A %U %G' /run/animo-madrid.sock
        python3 - <<'END' | tail -1
        import socket
        with socket.socket(socket.AF_UNIX) as client:
            client.connect("/run/animo-madrid.sock")
            client.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
            print(client.makefile().read(), end="")
        END
        systemctl is-active animo@madrid
        """#)
    #expect(
      outcome.output == """
        needs a configuration
        drwx-ws--T animo animo-drop
        animo
        animo-madrid
        b.txt: 1 labelled, 0 rejected, 0 blank → out/b.txt.jsonl
        2
        srw-rw---- root animo
        ok
        active

        """)
  }

  @Test("A spool in another place needs the folders that the manual makes, and says so")
  func movesSpool() async throws {
    let outcome = try await SystemdMachine.run(
      Self.install + #"""
        mkdir -p /srv/tweets; chown animo:animo /srv/tweets
        printf '[Service]\nEnvironment=ANIMO_SPOOL=/srv/tweets\nReadWritePaths=/srv/tweets\n' | override place
        systemctl start animo 2>/dev/null ||
          systemctl show animo -p StatusText | grep -o 'systemd-tmpfiles must.*'
        cd /usr/lib/tmpfiles.d
        sed 's|/var/spool/animo|/srv/tweets|' animo.conf >/etc/tmpfiles.d/animo-tweets.conf
        systemd-tmpfiles --create animo-tweets.conf; systemctl start animo; systemctl is-active animo
        """#)
    #expect(outcome.output == "systemd-tmpfiles must have created the folders\nactive\n")
  }

  @Test("Stopped in the middle of a large file it ends in time, and goes on to the filter's bytes")
  func stopsInTime() async throws {
    let outcome = try await SystemdMachine.run(
      Self.install + #"""
        printf '[Service]\nTimeoutStopSec=5s\n' | override stop
        echo 'workers = 1' >>/etc/animo/animo.toml; systemctl start animo
        # Some seconds of work, however fast the machine is.
        seq 200000 | sed 's/.*/{"id":&,"text":"línea & de un archivo largo, bastante largo"}/' >/tmp/all
        lines=$(timeout 2 $ANIMO classify -q --workers 1 /tmp/all | wc -l)
        head -$((6000 + lines)) /tmp/all >/tmp/big; drop big.jsonl </tmp/big
        size() { stat -c %s $spool/work/*.labels 2>/dev/null || echo 0; }
        for round in 1 2; do
          # Until more is labelled than before, or all.
          before=$(size); until (( $(size) > before )) || [ -e $spool/out/big.jsonl ]; do sleep 0.02; done
          systemctl stop animo; systemctl show animo -p Result -p ExecMainStatus; ls $spool/out
          systemctl start animo
        done
        await $spool/out/big.jsonl
        $ANIMO classify -q /tmp/big | cmp - $spool/out/big.jsonl && echo same
        """#)
    #expect(
      outcome.output == """
        Result=success
        ExecMainStatus=0
        Result=success
        ExecMainStatus=0
        same

        """)
  }

  @Test("A reload takes over a good configuration, and fails with a bad one, which says where")
  func reloads() async throws {
    let outcome = try await SystemdMachine.run(
      Self.install + #"""
        systemctl start animo
        echo 'qué alegría' | drop a.txt; await $spool/out/a.txt.jsonl
        sed -i 's/^#emit = .*/emit = "label"/' /etc/animo/animo.toml
        systemctl reload animo && echo reloaded
        echo 'qué alegría' | drop b.txt; await $spool/out/b.txt.jsonl; cat $spool/out/b.txt.jsonl
        echo 'treshold = 0.9' >>/etc/animo/animo.toml
        systemctl reload animo 2>/dev/null || echo refused
        animo reload --wait --state /var/lib/animo 2>&1 | grep -o 'did you mean threshold?'; echo ${PIPESTATUS[0]}
        echo 'qué alegría' | drop c.txt; await $spool/out/c.txt.jsonl; cat $spool/out/c.txt.jsonl
        systemctl show animo -p ActiveState -p NRestarts
        """#)
    #expect(
      outcome.output == """
        reloaded
        positive
        refused
        did you mean threshold?
        78
        positive
        NRestarts=0
        ActiveState=active

        """)
  }

  @Test("Hanging in a system call it is killed by the watchdog and started again; no line is lost or doubled")
  func restartsWhenStuck() async throws {
    let outcome = try await SystemdMachine.run(
      Self.install + #"""
        printf '[Service]\nWatchdogSec=2s\nTimeoutAbortSec=2s\nRestartSec=500ms\n' | override watchdog
        # One worker takes twice as long for half of the work.
        echo 'workers = 1' >>/etc/animo/animo.toml; systemctl start animo
        seq 3000 | sed 's/.*/{"id":&,"text":"línea & de un archivo largo, bastante largo"}/' >/tmp/big
        drop big.jsonl </tmp/big
        until ls $spool/work $spool/out | grep -q -e labels -e big.jsonl; do sleep 0.02; done
        strace -f -o /dev/null -p $(systemctl show animo -p MainPID --value) \
          -e trace=fdatasync,fsync,syncfs -e inject=fdatasync,fsync,syncfs:delay_enter=600000000 2>/tmp/strace || true &
        until grep -q attached /tmp/strace; do sleep 0.1; done
        # Whatever has become of the large file: this one makes it commit, and hang.
        echo hola | drop small.txt
        until journalctl --sync; journalctl -u animo -o cat | grep -q 'Watchdog timeout'; do sleep 0.2; done
        pkill -KILL strace # it would hold even a killed process until the delay is over
        for _ in $(seq 600); do (( $(systemctl show animo -p NRestarts --value) > 0 )) && break; sleep 0.1; done
        rm /etc/systemd/system/animo.service.d/watchdog.conf; systemctl daemon-reload
        await $spool/out/big.jsonl
        $ANIMO classify -q /tmp/big | cmp - $spool/out/big.jsonl && echo same
        await $spool/out/small.txt.jsonl; wc -l <$spool/out/small.txt.jsonl
        journalctl --sync; journalctl -u animo -o cat | grep -o 'Watchdog timeout' | head -1
        """#)
    #expect(outcome.output == "same\n1\nWatchdog timeout\n")
  }

  @Test("On a full disk it goes on pinging, says so, and heals by itself when there is space")
  func holdsOnFullDisk() async throws {
    let outcome = try await SystemdMachine.run(
      Self.install + #"""
        printf '[Service]\nWatchdogSec=4s\n' | override watchdog
        mount -t tmpfs -o size=1m,mode=755 tmpfs $spool
        systemd-tmpfiles --create animo.conf; fallocate -l 600k $spool/filler
        systemctl start animo; seq 3000 | sed 's/.*/hola, qué tal & día/' | drop a.txt
        until systemctl show animo -p StatusText | grep -q 'disk full'; do sleep 0.1; done
        sleep 10
        systemctl show animo -p ActiveState -p NRestarts; ls $spool/out
        rm $spool/filler; mount -o remount,size=10m $spool; await $spool/out/a.txt.jsonl
        wc -l <$spool/out/a.txt.jsonl; systemctl show animo -p NRestarts
        """#)
    #expect(outcome.output == "NRestarts=0\nActiveState=active\n3000\nNRestarts=0\n")
  }
}
