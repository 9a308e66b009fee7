import Foundation
import Glibc
import TestSupport
import Testing

/// `animo drop`, `status` and `fsck` beside a daemon and without one.
@Suite struct SpoolCommandTests {
  private static let start = #"""
    $ANIMO serve --model $TINY --spool spool --settle 0.2 2>log & pid=$!
    trap 'kill -TERM $pid 2>/dev/null; wait $pid' EXIT
    until grep -q ready log; do kill -0 $pid || exit 1; sleep 0.05; done

    """#

  @Test("drop --wait tells what has become of each file, and by its status of rejected lines")
  func dropsAndWaits() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.start + #"""
        printf 'hola\n\nadiós\n' >a.txt; printf '{"text":"hola"}\nmal\n' >b.jsonl; printf 'a,b\n1,2\n' >c.csv
        $ANIMO drop --spool spool --wait a.txt; echo $?
        $ANIMO drop --spool spool --wait b.jsonl a.txt; echo $?
        $ANIMO drop --spool spool --wait c.csv; echo $?
        """#, in: scratch.url)
    #expect(
      outcome.output == """
        a.txt: 2 labelled, 0 rejected, 1 blank → out/a.txt.jsonl
        0
        b.jsonl: 1 labelled, 1 rejected, 0 blank → out/b.jsonl, rejected/b.rejects.jsonl
        a.txt: 2 labelled, 0 rejected, 1 blank → out/a.txt.~2.jsonl
        65
        c.csv: refused; rejected/c.csv.why.json says why
        65

        """)
  }

  @Test("When a file cannot be dropped, drop --wait tells which ones have been")
  func dropsSome() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.start + #"""
        echo hola >a.txt; yes hola | head -n 100000 >b.txt; ulimit -f 1
        $ANIMO drop --spool spool --wait a.txt b.txt 2>err; echo $?
        grep -x 'animo: a.txt has been dropped, and is labelled all the same' err; grep -c 'b.txt.*File too large' err
        """#, in: scratch.url)
    #expect(
      outcome.output == """
        74
        animo: a.txt has been dropped, and is labelled all the same
        1

        """)
  }

  @Test("Without a daemon drop says so; what was dropped waits")
  func dropsWithoutDaemon() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      mkdir -p spool/inbox; echo hola >a.txt
      $ANIMO drop --spool spool a.txt a.txt 2>err; echo $?; $ANIMO drop --spool spool --wait a.txt 2>>err; echo $?
      grep -c 'no daemon is running on spool' err; LC_ALL=C ls spool/inbox
      """#, in: scratch.url)
    #expect(outcome.output == "a.txt\na.~2.txt\n0\n75\n2\na.txt\na.~2.txt\na.~3.txt\n")
  }

  @Test("drop refuses names that would be left alone, and files and spools that are not there")
  func dropErrors() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      mkdir -p spool/inbox; echo hola >a.tmp
      $ANIMO drop --spool spool a.tmp 2>/dev/null; echo $?; $ANIMO drop --spool spool missing 2>/dev/null; echo $?
      mkfifo fifo; mkdir folder; echo hola >a.txt
      for file in fifo folder /dev/null; do timeout -s KILL 20 $ANIMO drop --spool spool a.txt $file 2>&1; echo $?; done
      $ANIMO drop --spool nowhere a.tmp 2>&1; echo $?; ls -A spool/inbox
      """#, in: scratch.url)
    let irregular = ["fifo", "folder", "/dev/null"].map { "animo: \($0): not a regular file\n66\n" }.joined()
    let missing = "animo: nowhere: not a spool; name one with --spool, or create it with animo serve"
    #expect(outcome.output == "64\n66\n\(irregular)\(missing)\n78\n")
  }

  @Test("Who may not look into the state folder is told so, and drops all the same")
  func hiddenState() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      mkdir -p spool/inbox spool/work spool/state; chmod 1777 spool/inbox; chmod 000 spool/state; chmod 755 .; echo hola >a.txt
      exec 9<"$ANIMO"
      animo() {
        [ "$(id -u)" != 0 ] || set -- setpriv --reuid 65534 --regid 65534 --clear-groups /proc/self/fd/9 "$@"
        [ "$1" = setpriv ] || set -- "$ANIMO" "$@"
        "$@" --spool spool
      }
      for command in "drop --wait a.txt" fsck "reload --wait"; do
        animo $command 2>err; echo $?; grep -c '^animo: spool/state/.*Permission denied.*--state' err
      done
      ls -A spool/inbox; animo drop a.txt 2>/dev/null; echo $?; ls -A spool/inbox; chmod 700 spool/state
      """#, in: scratch.url)
    #expect(outcome.output == "77\n1\n77\n1\n77\n1\na.txt\n0\na.txt\n")
  }

  @Test("Who may read the state folder but not write to it sees the status, or is told whose it is")
  func readOnlyState() async throws {
    guard geteuid() == 0 else { try Test.cancel("only root may take the part of another user") }
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      mkdir -p spool/inbox; chmod 755 .; echo hola >spool/inbox/a.txt
      $ANIMO serve --model $TINY --spool spool --once --settle 0 2>log
      chmod -R a+rX spool; exec 9<"$ANIMO"
      animo() { setpriv --reuid 65534 --regid 65534 --clear-groups /proc/self/fd/9 "$@" --spool spool; }
      rm -f spool/state/*-shm spool/state/*-wal
      animo status | grep total; echo $?; ls spool/state | grep -c -e -wal
      : >spool/state/ledger.sqlite-wal; chmod 000 spool/state/ledger.sqlite-wal
      animo status 2>&1 | grep -c "run this as the daemon's user$"
      """#, in: scratch.url)
    #expect(
      outcome.output.hasPrefix("total     1 line of 1 file: 1 labelled") == true, "\(outcome)")
    #expect(outcome.output.hasSuffix("\n0\n0\n1\n"), "\(outcome)")
  }

  @Test("A new ledger that root makes belongs to the daemon; one it may not write is told with the remedy")
  func ledgerOfRoot() async throws {
    guard geteuid() == 0 else { try Test.cancel("only root may take the part of another user") }
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      mkdir -p spool/inbox; cp -r $TINY tiny; chmod -R a+rX .; echo hola >spool/inbox/a.txt
      $ANIMO serve --model tiny --spool spool --once --settle 0 2>log
      chown -R 65534:65534 spool; rm spool/state/ledger.sqlite*; exec 9<"$ANIMO"
      serve() {
        setpriv --reuid 65534 --regid 65534 --clear-groups /proc/self/fd/9 serve --model tiny --spool spool --once
      }
      $ANIMO fsck --repair --spool spool >/dev/null; stat -c %u spool/state/ledger.sqlite* | sort -u
      serve 2>log; echo $?
      chown 0 spool/state/ledger.sqlite
      serve 2>log; echo $?; grep -c "it must belong to the user that animo runs as$" log
      """#, in: scratch.url)
    #expect(outcome.output == "65534\n0\n77\n1\n", "\(outcome)")
  }

  @Test("drop --wait ends when the daemon's ledger is in another folder")
  func otherState() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.start.replacingOccurrences(of: "--spool spool", with: "--spool spool --state other")
        + #"""
        echo hola >a.txt; timeout -s KILL 20 $ANIMO drop --wait --spool spool a.txt 2>err; echo $?; cat err
        timeout -s KILL 20 $ANIMO drop --wait --spool spool --state other a.txt | wc -l
        """#, in: scratch.url)
    let error =
      "animo: a.txt is dropped, but the daemon has no ledger in spool/state: name its folder by --state"
    #expect(outcome.output == "78\n\(error)\n1\n")
  }

  @Test("The daemon can read what is dropped whatever the umask, and an interrupted drop leaves nothing")
  func dropsReadable() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      mkdir -p spool/inbox; echo hola >a.txt
      (umask 077; $ANIMO drop --spool spool a.txt 2>/dev/null); stat -c %a spool/inbox/a.txt
      truncate -s 3G large.txt
      for signal in TERM HUP; do
        env --default-signal=$signal $ANIMO drop --spool spool large.txt 2>/dev/null & pid=$!
        until ls -A spool/inbox | grep -q tmp; do kill -0 $pid || exit 1; sleep 0.02; done
        kill -$signal $pid; wait $pid; echo $?; ls -A spool/inbox
      done
      """#, in: scratch.url)
    #expect(outcome.output == "a.txt\n644\n143\na.txt\n129\na.txt\n")
  }

  @Test("A drop that ignores the end of its terminal, as under nohup, is finished")
  func dropsWithoutTerminal() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      mkdir -p spool/inbox; truncate -s 1G large.txt
      env --ignore-signal=HUP $ANIMO drop --spool spool large.txt 2>/dev/null & pid=$!
      until ls -A spool/inbox | grep -q tmp; do kill -0 $pid || exit 1; sleep 0.02; done
      kill -HUP $pid; wait $pid; echo $?; ls -A spool/inbox
      """#, in: scratch.url)
    #expect(outcome.output == "large.txt\n0\nlarge.txt\n")
  }

  @Test("More files can be dropped than may be open")
  func dropsMany() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      mkdir -p spool/inbox; for n in $(seq 80); do echo hola >$n.txt; done; ulimit -n 40
      $ANIMO drop --spool spool *.txt 2>/dev/null | wc -l
      """#, in: scratch.url)
    #expect(outcome.output == "80\n")
  }

  @Test("Drops of several containers at once, which share process numbers, are all there")
  func dropsFromContainers() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      mkdir -p spool/inbox; unshare -r --pid --fork true || { echo skipped: namespaces are not allowed; exit; }
      for n in $(seq 8); do
        mkdir $n; head -c 20000000 /dev/zero | tr '\0' $n >$n/in
        unshare -r --pid --fork "$ANIMO" drop --spool spool $n/in >/dev/null 2>&1 & jobs="${jobs-} $!"
      done
      for job in $jobs; do wait $job || echo "failed: $?"; done
      cat spool/inbox/* | fold -w 20000000 | sort -u | wc -l
      """#, in: scratch.url)
    if let reason = outcome.skipped { try Test.cancel("\(reason)") }
    #expect(outcome.output == "8\n")
  }

  @Test("status tells of queue, files, totals and who works, with and without a daemon")
  func status() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      mkdir -p spool/inbox; printf '{"text":"qué alegría"}\nmal\n' >spool/inbox/a.jsonl
      $ANIMO serve --model $TINY --spool spool --once --settle 0 2>log
      echo x >spool/inbox/b.txt; mkfifo spool/inbox/fifo
      $ANIMO status --spool spool | sed 's/20[-0-9T:.]*Z/TIME/'
      $ANIMO status --spool spool --json | tr -d ' \n' | sed 's/"[-0-9T:.]*Z"/TIME/;s/"2[-0-9]*"/JOB/'; echo
      """#, in: scratch.url)
    #expect(
      outcome.output == """
        spool     spool, no daemon is running
        queue     1 file, 1 other item not taken
        done      TIME a.jsonl: 1 labelled, 1 rejected, 0 blank → out/a.jsonl, rejected/a.rejects.jsonl
        total     2 lines of 1 file: 1 labelled (1 negative), 1 rejected, 0 blank; 0 files refused
        rejected  1 bad_json
        {"spool":"spool","worked":false,"worker":null,"queue":{"files":1,"left_alone":1},"running":[],\
        "last":[{"job":JOB,"name":"a.jsonl","state":"published","committed":TIME,"labelled":1,"unjudged":0,"rejected":1,"blank":0,\
        "left_out":0,"output":"a.jsonl","rejects":"a.rejects.jsonl","refusal":null}],\
        "total":{"labelled":{"negative":1},"estimates":{"negative":null,"neutral":null,"positive":null},\
        "estimated":"model_not_judged","unjudged":0,"rejected":{"bad_json":1},"blank":0,"left_out":0,\
        "files":1,"refused_files":0}}

        """)
  }

  @Test("A daemon is known by its lock on the folder, wherever its process is")
  func knowsWorker() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      mkdir -p spool/inbox spool/work; flock spool/work sleep 5 & pid=$!
      until ! flock -n spool/work true; do sleep 0.02; done; $ANIMO status --spool spool | head -1; kill $pid
      unshare -r --pid --fork --mount-proc true || { echo skipped: namespaces are not allowed; exit; }

      """# + Self.start.replacingOccurrences(of: "--spool spool", with: "--spool other")
        + #"unshare -r --pid --fork --mount-proc $ANIMO status --spool other | head -1"#,
      in: scratch.url)
    #expect(outcome.output.hasPrefix("spool     spool, no daemon is running\n"))
    if let reason = outcome.skipped { try Test.cancel("\(reason)") }
    #expect(
      outcome.output.hasSuffix("spool     other, used by a process that cannot be seen from here\n"))
  }

  @Test("fsck finds what does not belong, mends it, and leaves the spool to a daemon that works")
  func fsck() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      mkdir -p spool/inbox; echo hola >spool/inbox/a.txt
      $ANIMO serve --model $TINY --spool spool --once --settle 0 2>once; $ANIMO fsck --spool spool; echo $?
      echo x >spool/work/20261004-101112-000001.labels
      $ANIMO fsck --spool spool; echo $?; $ANIMO fsck --spool spool --repair 2>>once; echo $?; $ANIMO fsck --spool spool; echo $?

      """# + Self.start
        + #"$ANIMO fsck --spool spool; echo $?; $ANIMO fsck --spool spool --repair 2>err; echo $?"#,
      in: scratch.url)
    let finding = "part without a job: work/20261004-101112-000001.labels\n"
    #expect(outcome.output == "0\n\(finding)65\nfound: \(finding)repaired: \(finding)0\n0\n0\n75\n")
  }
}
