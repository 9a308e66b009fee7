import Foundation
import Glibc
import TestSupport
import Testing

/// `animo queue`, `cancel`, `hold`, `release` and `retry`, with a real daemon and without one.
@Suite struct QueueCommandTests {
  private static let serve = #"""
    chmod 755 .; mkdir -p spool/inbox; chmod 1777 spool/inbox; exec 9<"$ANIMO"
    serve() {
      $ANIMO serve --model $TINY --spool spool --settle 0 "$@" 2>>log & pid=$!
      until [ -S spool/control ] && grep -q ready log; do kill -0 $pid || exit 1; sleep 0.02; done
    }
    crash() { kill -KILL $pid; wait $pid 2>/dev/null; : >log; }
    drop() { mv $1 spool/inbox/$1; }
    until_there() { for n in $(seq 500); do [ -e $1 ] && return; sleep 0.02; done; echo "no $1"; }
    held() { until $ANIMO queue --spool spool | grep -q "held.* $1"; do kill -0 $pid || exit 1; sleep 0.02; done; }
    other() { setpriv --reuid 65534 --regid 65534 --clear-groups /proc/self/fd/9 "$@" --spool spool; }
    trap 'kill -KILL $pid 2>/dev/null; wait $pid 2>/dev/null' EXIT

    """#

  @Test("A sparse file of 10 TB is held, a kill changes nothing of that, nor of its being cancelled")
  func killed() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.serve + #"""
        printf '{"text":"a"}\n' >big.jsonl; truncate -s 10T big.jsonl || { echo skipped: no such large files here; exit; }
        echo hola >a.txt; serve; drop big.jsonl; drop a.txt; until_there spool/out/a.txt.jsonl; held big.jsonl
        job=$($ANIMO queue --spool spool | sed -n 's/ .*big.jsonl.*//p')
        crash; $ANIMO fsck --spool spool | grep -c "^job held: job $job: "; serve; held big.jsonl
        $ANIMO queue --spool spool --json | tr -d ' \n' | grep -o '"name":"big.jsonl","size":10995[0-9]*,.*"reason":"[a-z_]*"'
        $ANIMO hold --spool spool $job 2>&1 | sed "s/$job/JOB/"; $ANIMO cancel --spool spool big.jsonl | sed "s/$job/JOB/"
        crash; echo adiós >b.txt; serve; drop b.txt; until_there spool/out/b.txt.jsonl; until_there spool/rejected/big.jsonl
        until [ -z "$(ls spool/work)" ]; do sleep 0.02; done
        grep -o '"reason":"cancelled"' spool/rejected/big.jsonl.why.json; $ANIMO queue --spool spool; ls spool/work | wc -l
        kill -TERM $pid; wait $pid; echo $?; $ANIMO fsck --spool spool; echo $?; ls spool
        """#, in: scratch.url)
    if let reason = outcome.skipped { try Test.cancel("\(reason)") }
    #expect(
      outcome.output == """
        1
        "name":"big.jsonl","size":10995116277760,"percent":null,"line":0,"offset":0,"since":"\(since(in: outcome.output))","reason":"file_size"
        animo: big.jsonl: job JOB is held
        JOB big.jsonl: cancelled
        "reason":"cancelled"
        0
        0
        0
        done
        inbox
        out
        rejected
        state
        stats
        work

        """, "\(outcome.errors)")
  }

  @Test(
    "Without a daemon orders are given on the ledger, and the next one follows; a retried file is labelled again"
  )
  func withoutDaemon() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.serve + #"""
        once() { $ANIMO serve --model $TINY --spool spool --settle 0 --once --max-output-size 1 "$@" 2>>log; echo $?; }
        yes hola | head -n 30000 >a.txt; drop a.txt; once; $ANIMO queue --spool spool | sed 's/^2[-0-9]*/JOB/;s/[0-9]*:[0-9]*/AGE/' | tr -s ' '
        $ANIMO status --spool spool | sed -n 's/^held *a.txt: .*/status held/p'
        $ANIMO status --spool spool --json | tr -d ' \n' | grep -o '"state":"held".*"reason":"output_size"' | sed 's/,.*,/,/'
        $ANIMO release --spool spool a.txt | sed 's/^2[-0-9]*/JOB/'; $ANIMO release --spool spool a.txt 2>/dev/null; echo $?
        $ANIMO hold --spool spool a.txt >hold; $ANIMO queue --spool spool | grep -o 'a.txt: .*'; $ANIMO release --spool spool a.txt >release
        once; wc -l <spool/out/a.txt.jsonl
        $ANIMO retry --spool spool a.txt | sed 's/^2[-0-9]*/JOB/'; once --max-output-size 0; cmp spool/out/a.txt.jsonl spool/out/a.txt.~2.jsonl
        $ANIMO cancel --spool spool a.txt nobody.txt 2>&1; echo $?; $ANIMO queue --spool nowhere 2>/dev/null; echo $?
        """#, in: scratch.url)
    let user = unsafe geteuid() == 0 ? "root" : String(cString: getpwuid(geteuid()).pointee.pw_name)
    #expect(
      outcome.output == """
        65
        JOB STATE OWNER SIZE DONE AGE NAME
        JOB held \(user) 150,000 AGE a.txt: output_size
        status held
        "state":"held","reason":"output_size"
        JOB a.txt: released
        66
        a.txt: on request
        0
        30000
        JOB a.txt: in the inbox again
        0
        animo: a.txt: no such unfinished job
        animo: nobody.txt: no such unfinished job
        66
        78

        """, "\(outcome.errors)")
  }

  @Test(
    "Other users see, await and cancel their own files, whatever else they may not read, and hold up nobody")
  func others() async throws {
    guard geteuid() == 0 else { try Test.cancel("only root may take the part of another user") }
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.serve + #"""
        serve; chmod 700 spool/state; echo hola >a.txt; echo adiós >mine.txt; chown 65534 mine.txt
        printf x >big.jsonl; truncate -s 1T big.jsonl; cp --sparse=always big.jsonl own.jsonl; chown 65534 own.jsonl
        drop big.jsonl; drop own.jsonl; held big.jsonl; held own.jsonl
        other queue | grep -c -e big -e own; other cancel big.jsonl 2>&1; echo $?; other hold own.jsonl 2>&1; echo $?
        # Clients that say nothing, as many as one user may have and more, and one that sends without end.
        python3 -c '
        import os, socket, time
        os.setgroups([]); os.setgid(65534); os.setuid(65534)
        def connect():
            client = socket.socket(socket.AF_UNIX); client.connect("spool/control"); client.setblocking(False); return client
        clients = []
        print("busy", flush=True)
        while not os.path.exists("enough"):
            try:
                clients = clients[-60:] + [connect()]
                clients[-1].send(b"x" * 5000)
            except OSError:
                pass
            time.sleep(0.002)
        ' >busy & attacker=$!
        until [ -s busy ]; do kill -0 $attacker || exit 1; sleep 0.02; done
        $ANIMO queue --spool spool | grep -c held; kill -0 $attacker && echo under attack; : >enough; wait $attacker
        other drop --wait mine.txt; other cancel own.jsonl | sed 's/^2[-0-9]*/JOB/'; until_there spool/rejected/own.jsonl
        """#, in: scratch.url)
    #expect(
      outcome.output == """
        1
        animo: big.jsonl: no such unfinished job
        66
        animo: hold: only root and the daemon's user may do that
        77
        2
        under attack
        mine.txt: 1 labelled, 0 rejected, 0 blank → out/mine.txt.jsonl
        JOB own.jsonl: cancelled

        """, "\(outcome.errors)")
  }

  @Test("drop --wait tells that a file is held, and goes on waiting for its result")
  func awaitsHeld() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.serve + #"""
        serve --max-output-size 1; yes hola | head -n 30000 >a.txt
        $ANIMO drop --spool spool --wait a.txt >result 2>said & waiting=$!
        until grep -q '^animo: a.txt is held: the outputs have' said; do kill -0 $waiting || exit 1; sleep 0.02; done
        $ANIMO release --spool spool a.txt | sed 's/^2[-0-9]*/JOB/'; wait $waiting; echo $?; cat result; wc -l <said
        """#, in: scratch.url)
    #expect(
      outcome.output == """
        JOB a.txt: released
        0
        a.txt: 30,000 labelled, 0 rejected, 0 blank → out/a.txt.jsonl
        1

        """, "\(outcome.errors)")
  }

  @Test("Many commands of one user at a time, more than the daemon has connections for, are all answered")
  func crowd() async throws {
    guard geteuid() == 0 else { try Test.cancel("only root may take the part of another user") }
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.serve + #"""
        serve; chmod 700 spool/state; echo hola >a.txt; chmod 644 a.txt; waiting=
        for n in $(seq 24); do
          { other drop --wait a.txt >said.$n 2>&1; echo $? >>said.$n; } & waiting="$waiting $!"
        done
        wait $waiting; cat said.* | grep -c '^a.*: 1 labelled, 0 rejected, 0 blank'; cat said.* | grep -cx 0
        ls spool/out | wc -l
        """#, in: scratch.url)
    #expect(
      outcome.output == """
        24
        24
        24

        """, "\(outcome.errors)")
  }

  private func since(in output: String) -> String {
    output.split(separator: "\"since\":\"").dropFirst().first?.prefix { $0 != "\"" }.description ?? ""
  }
}
