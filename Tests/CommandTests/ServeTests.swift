import Foundation
import Glibc
import TestSupport
import Testing

@Suite struct ServeTests {
  /// Starts the daemon on `spool` as `$pid`, waits until it is ready, and ends it when the script ends.
  private static let start = #"""
    $ANIMO serve --model $TINY --spool spool --settle 0.2 2>log & pid=$!
    trap 'kill -TERM $pid 2>/dev/null; wait $pid' EXIT
    until grep -q ready log; do kill -0 $pid || exit 1; sleep 0.05; done
    await() { for _ in $(seq 300); do [ -e "$1" ] && return; sleep 0.1; done; echo "no $1"; cat log; exit 1; }

    """#

  @Test("Files dropped while it runs are each answered whole, as the filter answers them")
  func labelsDroppedFiles() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.start + #"""
        for n in $(seq 200); do
          printf '{"id":%d,"text":"hola número %d, qué tal"}\n{"id":0,"text":"adiós"}\n' $n $n >spool/inbox/.$n.tmp
          mv spool/inbox/.$n.tmp spool/inbox/$n.jsonl
        done
        for n in $(seq 200); do await spool/out/$n.jsonl; done
        ls spool/out | wc -l; ls spool/inbox spool/work | grep -c jsonl
        cat spool/done/*.jsonl | sort | $ANIMO classify --model $TINY -q | sort >expected
        cat spool/out/*.jsonl | sort | cmp - expected && echo same
        """#, in: scratch.url)
    #expect(outcome.output == "200\n0\nsame\n")
  }

  @Test("A file that is written slowly is labelled once, whole")
  func waitsForSlowWriters() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.start + #"""
        { for n in 1 2 3 4 5 6; do printf '{"text":"parte %d ' $n; sleep 0.1; printf 'fin"}\n'; done; } >spool/inbox/slow.jsonl
        await spool/out/slow.jsonl; sleep 0.5
        wc -l <spool/out/slow.jsonl; grep -c sentiment spool/out/slow.jsonl; ls spool/out | wc -l
        """#, in: scratch.url)
    #expect(outcome.output == "6\n6\n1\n")
  }

  @Test("SIGTERM ends it with status 0, and once more at once")
  func stops() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      $ANIMO serve --model $TINY --spool spool 2>log & pid=$!
      until grep -q ready log; do kill -0 $pid || exit 1; sleep 0.05; done
      kill -TERM $pid; wait $pid; echo $?
      """#, in: scratch.url)
    #expect(outcome.output == "0\n")
  }

  @Test(
    "Stopped or killed in the middle of a file, it goes on there, and the bytes are the filter's",
    arguments: ["TERM", "KILL"])
  func resumes(signal: String) async throws {
    let scratch = try TemporaryDirectory()
    // The embedded model, not the tiny one, one worker, and as many times 6,000 lines as take seconds after the first
    // checkpoint on this machine.
    let outcome = try await Program.shell(
      #"""
      mkdir -p spool/inbox; seq 1500000 | sed 's/.*/{"id":&,"text":"una línea & de un archivo largo"}/' >all.jsonl
      # Every fourth line has nothing to judge, every tenth is blank: no restart changes what is counted of them.
      sed -i '0~4s/una.*largo/@ana/;0~10s/.*//' all.jsonl
      lines=$(timeout 2 $ANIMO classify -q --workers 1 --emit label all.jsonl | wc -l)
      export TIMES=$((1 + lines / 1500)); head -$((6000 * TIMES)) all.jsonl >big.jsonl
      cp big.jsonl spool/inbox/
      $ANIMO serve --workers 1 --spool spool --settle 0 --emit label 2>log & pid=$!
      until $ANIMO status --spool spool 2>/dev/null | grep running | grep -qv 'line 0'
      do kill -0 $pid || exit; sleep 0.05; done
      kill -\#(signal) $pid; wait $pid; ls spool/out | wc -l
      $ANIMO serve --spool spool --once --emit label 2>>log; echo $?
      grep -c 'resuming from the checkpoint' log
      $ANIMO classify -q --emit label big.jsonl | cmp - spool/out/big.jsonl && echo same; ls spool/work | wc -l
      $ANIMO fsck --spool spool; echo $?
      python3 - <<'END'
      import json, os
      statistics = json.load(open("spool/stats/current.json"))
      times = int(os.environ["TIMES"])
      for counts in statistics["total"], statistics["windows"]["1h"]:
          labels = counts["labels"].values()
          print(*(counts[name] / times for name in ("lines", "labelled", "unjudged", "rejected", "blank", "left_out")))
          print(sum(label["count"] for label in labels) / times, round(sum(label["mean_probability"] for label in labels), 4))
      END
      """#, in: scratch.url)
    let counts = "6000.0 4200.0 1200.0 0.0 600.0 0.0\n4200.0 1.0\n"
    #expect(outcome.output == "0\n0\n1\nsame\n0\n0\n" + counts + counts)
  }

  @Test("--once drains the inbox; the status says whether lines were rejected")
  func drainsOnce() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      mkdir -p spool/inbox; echo '{"text":"hola"}' >spool/inbox/a.jsonl
      $ANIMO serve --model $TINY --spool spool --once --settle 0 2>log; echo $?
      echo mal >spool/inbox/b.jsonl
      $ANIMO serve --model $TINY --spool spool --once --settle 0 2>log; echo $?
      cat spool/rejected/b.rejects.jsonl | grep -c '"reason":"bad_json"'; ls spool/out
      """#, in: scratch.url)
    #expect(outcome.output == "0\n65\n1\na.jsonl\nb.jsonl\n")
  }

  @Test("--once removes old inputs too, however short it is")
  func tidiesOnce() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      mkdir -p spool/inbox
      for file in a b c; do
        echo hola >spool/inbox/$file.txt
        $ANIMO serve --model $TINY --spool spool --once --settle 0 --keep-days 0 2>>log; echo $?
        ls spool/done | sed 's/^[0-9-]*//'
      done
      """#, in: scratch.url)
    #expect(outcome.output == "0\n.a.txt\n0\n.b.txt\n0\n.c.txt\n")
  }

  @Test("A second daemon on the same spool is turned away")
  func refusesSecondInstance() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.start
        + #"$ANIMO serve --model $TINY --spool spool --once 2>second; echo $?; grep -c "process $pid is using" second"#,
      in: scratch.url)
    #expect(outcome.output == "75\n1\n")
  }

  @Test("--stdin answers at once, counts, and tells systemd")
  func servesStandardInput() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      mkdir stats; printf '{"text":"qué alegría"}\nmal\n' | $ANIMO serve --stdin --stats stats 2>log; echo $?
      grep -o '"lines": 2' stats/current.json | head -1
      """#, in: scratch.url)
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines[0].contains(#""sentiment":{"label":"positive""#))
    #expect(lines[1].contains(#""error":{"reason":"bad_json""#))
    #expect(lines.suffix(2) == ["65", "\"lines\": 2"])
  }

  @Test("--stdin fails for rejected lines when its input ends, and not when it is stopped")
  func endsStandardInput() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      echo '{"text":"hola"}' | $ANIMO serve --stdin >out 2>log; echo $?
      mkfifo tweets; $ANIMO serve --stdin <tweets >out 2>log & pid=$!
      exec 3>tweets; printf '{"text":"hola"}\nmal\n' >&3
      until grep -q bad_json out; do kill -0 $pid || exit; sleep 0.05; done
      kill $pid; wait $pid; echo $?
      """#, in: scratch.url)
    #expect(outcome.output == "0\n0\n")
  }

  @Test("A missing folder for statistics is an error that says what to do")
  func reportsMissingStatisticsFolder() async throws {
    let outcome = try await Program.run(["serve", "--stdin", "--stats", "no/folder"])
    #expect(outcome.status == 73)
    let remedy = "create this folder first, or name another"
    #expect(outcome.errors == "animo: --stats: no/folder: No such file or directory (open); \(remedy)\n")
  }

  @Test("A spool and standard input are not asked for together")
  func asksForSource() async throws {
    #expect(try await Program.run(["serve", "--stdin", "--spool", "x"]).status == 64)
  }

  @Test("A spool that cannot be made is an error that names it")
  func reportsImpossibleSpool() async throws {
    let outcome = try await Program.run(["serve", "--spool", "/proc/nowhere"])
    #expect(outcome.status == 78)
    #expect(outcome.errors.contains("/proc/nowhere"))
  }

  @Test("Where a killed daemon's ledger cannot be opened, what it has not yet copied into the database stays")
  func keepsLogOfLedger() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.start + #"""
        echo hola >a.txt; $ANIMO drop --wait --spool spool a.txt; kill -KILL $pid; wait $pid
        # SQLite cannot empty the memory that its users share, nor open it once more when it gives up.
        strace -f -o /dev/null -P $PWD/spool/state/ledger.sqlite-shm -e trace=openat,ftruncate \
          -e inject=ftruncate:error=EIO:when=1 -e inject=openat:error=EIO:when=2 \
          $ANIMO serve --model $TINY --spool $PWD/spool --once 2>second; echo $?; grep -c 'Input/output error' second
        $ANIMO serve --model $TINY --spool spool --once 2>third; echo $?; ls spool/state
        $ANIMO status --spool spool | grep -o 'total *1 line of 1 file'
        """#, in: scratch.url)
    #expect(
      outcome.output == """
        a.txt: 1 labelled, 0 rejected, 0 blank → out/a.txt.jsonl
        74
        1
        0
        ledger.sqlite
        reload.json
        total     1 line of 1 file

        """)
  }

  @Test(
    "A file that the disk cannot read is refused whole, with the reason, and the others are labelled",
    .enabled(if: getuid() == 0, "only root may be sure to trace a process"))
  func unreadableBlocks() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      mkdir -p spool/inbox; $ANIMO serve --model $TINY --spool spool --once 2>log
      taken=spool/work/20261004-101112-345678.in.a.txt
      seq 200000 >$taken; cp $taken same; echo hola >spool/inbox/b.txt
      strace -f -o /dev/null -P $taken -e inject=read,pread64:error=EIO:when=3 \
        $ANIMO serve --model $TINY --spool spool --once --settle 0 2>log; echo $?
      ls spool/work spool/out spool/rejected; cmp same spool/rejected/a.txt
      grep -o '"reason":.*(read)' spool/rejected/a.txt.why.json; $ANIMO fsck --spool spool
      """#, in: scratch.url)
    let why = #""reason":"unreadable","detail":"a.txt: Input/output error (read)"#
    #expect(
      outcome.output
        == "65\nspool/out:\nb.txt.jsonl\n\nspool/rejected:\na.txt\na.txt.why.json\n\nspool/work:\n\(why)\n")
  }

  @Test("Of files that the kernel does not speak of, as they are others', it waits for a longer rest")
  func waitsLongerForOthersFiles() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      [ $UID = 0 ] || { echo skipped: only root may give files away; exit; }
      mkdir -p spool/inbox
      setpriv --bounding-set=-lease $ANIMO serve --model $TINY --spool spool 2>log & pid=$!
      until grep -qs ready log; do kill -0 $pid || exit; sleep 0.05; done
      exec 5>spool/inbox/slow.txt; chown 65534 spool/inbox/slow.txt; echo uno >&5; sleep 2; echo dos >&5; exec 5>&-
      for _ in $(seq 600); do [ -e spool/out/slow.txt.jsonl ] && break; sleep 0.1; done
      wc -l <spool/out/slow.txt.jsonl; kill -TERM $pid; wait $pid; echo $?
      """#, in: scratch.url)
    if let reason = outcome.skipped { try Test.cancel("\(reason)") }
    #expect(outcome.output == "2\n0\n")
  }

  @Test("Files from any year are labelled")
  func oddTimes() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      mkdir -p spool/inbox; for year in 1600 1969 2300; do echo hola >spool/inbox/$year.txt; done
      for year in 1600 1969 2300; do touch -d $year-01-01 spool/inbox/$year.txt; done
      $ANIMO serve --model $TINY --spool spool --once --settle 0 2>log; echo $?; ls spool/out spool/work
      """#, in: scratch.url)
    #expect(
      outcome.output == "0\nspool/out:\n1600.txt.jsonl\n1969.txt.jsonl\n2300.txt.jsonl\n\nspool/work:\n")
  }

  @Test("Too few descriptors are refused at the start, with the remedy")
  func fewDescriptors() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"ulimit -n 18; $ANIMO serve --model $TINY --spool spool --once 2>&1; echo $?"#, in: scratch.url)
    #expect(
      outcome.output
        == "animo: only 18 files may be open at a time, and a daemon needs 64: raise it with ulimit -n\n71\n")
  }

  @Test("--once tells by its status of a file that was refused")
  func tellsOfRefusedFiles() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      mkdir -p spool/inbox; printf 'a,b\n1,2\n' >spool/inbox/a.csv
      $ANIMO serve --model $TINY --spool spool --once --settle 0 2>log; echo $?; ls spool/rejected
      """#, in: scratch.url)
    #expect(outcome.output == "65\na.csv\na.csv.why.json\n")
  }

  @Test("SIGTERM ends it while a file gives no line at all")
  func stopsWithoutLines() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      mkdir -p spool/inbox; truncate -s 20G spool/inbox/z.txt
      $ANIMO serve --model $TINY --spool spool --settle 0 2>log & pid=$!
      until ls spool/work 2>/dev/null | grep -q z.txt; do sleep 0.05; done
      kill -TERM $pid; wait $pid; echo $?; rm -f spool/work/*z.txt
      """#, in: scratch.url)
    #expect(outcome.output == "0\n")
  }

  @Test("It works on when nobody reads its log any more")
  func survivesClosedLog() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      mkdir -p spool/inbox; $ANIMO serve --model $TINY --spool spool --settle 0 2> >(head -1 >/dev/null) & pid=$!
      for n in 1 2 3; do
        echo hola >spool/inbox/$n.txt; for _ in $(seq 100); do [ -e spool/out/$n.txt.jsonl ] && break; sleep 0.1; done
      done
      ls spool/out | wc -l; kill -TERM $pid; wait $pid; echo $?
      """#, in: scratch.url)
    #expect(outcome.output == "3\n0\n")
  }

  @Test("Lines that could not be labelled can be dropped again, a table's with its header")
  func replaysDeadLetters() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      command -v jq >/dev/null || { echo skipped: jq is not installed; exit; }
      mkdir -p spool/inbox; printf 'id,user,text\n1,ana,hola\n2\n3,eva,"a ""b"", c"\n4\n' >spool/inbox/a.csv
      printf '{"text":"hola"}\n{"texto":"adi\303\263s \\" x"}\nmal\n' >spool/inbox/b.jsonl
      $ANIMO serve --model $TINY --spool spool --once --settle 0 2>log; echo $?
      jq -rs '.[0].header, (.[].raw // empty)' spool/rejected/a.csv.rejects.jsonl
      jq -r '.raw // empty' spool/rejected/b.rejects.jsonl >spool/inbox/.again && mv spool/inbox/.again spool/inbox/again.jsonl
      $ANIMO serve --model $TINY --spool spool --once --settle 0 --text-key texto 2>log; echo $?
      jq -r .texto spool/out/again.jsonl; jq -r .raw spool/rejected/again.rejects.jsonl
      """#, in: scratch.url)
    if let reason = outcome.skipped { try Test.cancel("\(reason)") }
    #expect(outcome.output == "65\nid,user,text\n2\n4\n65\nadiós \" x\nmal\n")
  }
}
