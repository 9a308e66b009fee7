import Foundation
import TestSupport
import Testing

/// A daemon whose configuration changes while it runs.
@Suite struct ReloadTests {
  /// Starts the daemon with `animo.toml` as `$pid`, waits until it is ready, and ends it when the script ends.
  private static let start = #"""
    set -u; echo 'spool = "spool"' >animo.toml; export ANIMO_CONFIG=animo.toml
    $ANIMO serve --settle 0 2>log & pid=$!
    trap 'kill -TERM $pid 2>/dev/null; wait $pid' EXIT
    until grep -q ready log; do sleep 0.05; done
    drop() { cat >spool/inbox/.$1.tmp; mv spool/inbox/.$1.tmp spool/inbox/$1; }
    await() { for _ in $(seq 600); do [ -e "$1" ] && return; sleep 0.1; done; echo "no $1"; cat log; exit 1; }
    tweets() { for n in $(seq $1); do printf '{"text":"hola número %d, #qué día :) tal"}\n' $n; done; }

    """#

  /// Runs a script in a folder of its own, where a daemon is ready.
  ///
  /// - Parameter preparation: is run before the daemon is started.
  private func outcome(after preparation: String = "", _ script: String) async throws -> Program.Outcome {
    let scratch = try TemporaryDirectory()
    return try await Program.shell(preparation + Self.start + script, in: scratch.url)
  }

  @Test("The next file is labelled by the new settings, the last one was by the old ones")
  func labelsByNewSettings() async throws {
    let outcome = try await outcome(
      #"""
      tweets 50 >in; drop a.jsonl <in; await spool/out/a.jsonl
      printf 'spool = "spool"\nclean = "notebook"\nthreshold = 0.9\nemit = "compact"\n' >animo.toml
      $ANIMO reload --wait; echo $?
      drop b.jsonl <in; await spool/out/b.jsonl
      $ANIMO classify -q in | cmp - spool/out/a.jsonl && echo old
      $ANIMO classify -q --clean notebook --threshold 0.9 --emit compact in | cmp - spool/out/b.jsonl && echo new
      """#)
    #expect(outcome.output == "changed clean, threshold, emit\n0\nold\nnew\n")
  }

  @Test("Files dropped while settings change are each of one mind, and none is lost")
  func keepsFilesWhole() async throws {
    let outcome = try await outcome(
      #"""
      tweets 700 >in
      $ANIMO classify -q in >old; $ANIMO classify -q --emit label --threshold 0.9 in >new
      for n in $(seq 24); do
        drop $n.jsonl <in
        case $((n % 6)) in
          3) printf 'spool = "spool"\nemit = "label"\nthreshold = 0.9\n' >animo.toml; kill -HUP $pid ;;
          0) echo 'spool = "spool"' >animo.toml; $ANIMO reload ;;
        esac
      done
      for n in $(seq 24); do await spool/out/$n.jsonl; done
      for n in $(seq 24); do cmp -s old spool/out/$n.jsonl || cmp -s new spool/out/$n.jsonl || echo mixed $n; done
      ls spool/out | wc -l; ls spool/rejected | wc -l
      """#)
    #expect(outcome.output == "24\n0\n")
  }

  @Test("A file that is being read goes on with the settings that it was begun with")
  func finishesWithOldSettings() async throws {
    let outcome = try await outcome(
      after: "export ANIMO_WORKERS=1\n",
      #"""
      tweets 10000 >in; $ANIMO classify -q in >old; drop a.jsonl <in
      until ls spool/work | grep -q labels; do sleep 0.02; done
      printf 'spool = "spool"\nemit = "label"\n' >animo.toml; $ANIMO reload --wait
      ls spool/out | wc -l; echo hola | drop b.txt; await spool/out/b.txt.jsonl; await spool/out/a.jsonl
      cmp old spool/out/a.jsonl && wc -l <spool/out/b.txt.jsonl; grep -c text spool/out/b.txt.jsonl
      """#)
    #expect(outcome.output == "changed emit\n0\n1\n0\n")
  }

  @Test("A wrong configuration changes nothing, and is told with its line")
  func refusesWrongConfiguration() async throws {
    let outcome = try await outcome(
      #"""
      printf 'spool = "spool"\nemit = "label"\ntreshold = 0.9\n' >animo.toml
      $ANIMO reload --wait 2>&1; echo $?
      printf 'spool = "spool"\nemit = "label"\nmodel = "nowhere"\n' >animo.toml
      $ANIMO reload --wait 2>&1; echo $?
      tweets 9 >in; drop a.jsonl <in; await spool/out/a.jsonl
      $ANIMO classify -q in | cmp - spool/out/a.jsonl && echo old
      grep -c 'error: reload rejected.*line 3: treshold' log
      """#)
    let unknown = #"expected a name that this file may have, found "treshold"; did you mean threshold?"#
    let missing =
      #"expected a folder with a model, found "nowhere": expected a model folder, "#
      + "found no such folder; name one that animo train or animo model has written"
    #expect(
      outcome.output == """
        animo: animo.toml, line 3: treshold: \(unknown)
        78
        animo: animo.toml, line 3: model: \(missing)
        78
        old
        1

        """)
  }

  @Test("What is no regular file is refused by commands, a start and a reload; none waits for a writer")
  func refusesPipes() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.start + #"""
        rm animo.toml; mkfifo animo.toml; mkdir folder; unset ANIMO_CONFIG
        timeout 20 $ANIMO reload --wait --spool spool 2>&1; echo $?
        : <>animo.toml
        for file in animo.toml folder /dev/tty; do timeout 20 $ANIMO config check $file 2>&1; echo $?; done
        timeout 20 $ANIMO serve --once --spool other --config animo.toml 2>/dev/null; echo $?
        """#, in: scratch.url)
    let refusal = "expected a regular file, found a folder, a pipe, a device or a socket\n78"
    #expect(
      outcome.output == """
        animo: animo.toml: \(refusal)
        animo: animo.toml: \(refusal)
        animo: folder: \(refusal)
        animo: /dev/tty: \(refusal)
        78

        """)
  }

  @Test("A pipe that the process was given open is read at the start, and not taken for empty by a reload")
  func readsPipesOnce() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      echo 'workers = 3' | $ANIMO config check /dev/stdin; echo $?; $ANIMO config check /dev/null; echo $?
      $ANIMO config show --config <(echo 'workers = 3') | grep -c '^workers *3 '
      mkfifo tweets; $ANIMO serve --stdin --config <(echo 'emit = "label"') <tweets >out 2>log & pid=$!
      exec 3>tweets; echo '{"text":"hola"}' >&3; until [ -s out ]; do kill -0 $pid || exit 1; sleep 0.05; done
      kill -HUP $pid; until grep -q reload log; do kill -0 $pid || exit 1; sleep 0.05; done
      grep -c 'reload rejected.*/dev/fd/[0-9]*: expected a regular file' log
      echo '{"text":"hola"}' >&3; exec 3>&-; wait $pid; grep -c hola out; wc -l <out
      """#, in: scratch.url)
    #expect(outcome.output == "0\n0\n1\n1\n0\n2\n")
  }

  @Test("What cannot change is told and stays; the log's level changes")
  func tellsWhatStays() async throws {
    let outcome = try await outcome(
      #"""
      printf 'spool = "spool"\nworkers = 3\nlog_level = "error"\n' >animo.toml
      $ANIMO reload --wait; $ANIMO reload --wait
      echo hola | drop a.txt; await spool/out/a.txt.jsonl; grep -c published log
      """#)
    #expect(
      outcome.output == """
        changed log_level; at the next start: workers
        nothing has changed; at the next start: workers
        0

        """)
  }

  @Test("Other labels wait for the next start, and hold up nothing that is changed with them")
  func keepsLabels() async throws {
    let outcome = try await outcome(
      #"""
      printf 'spool = "spool"\nlabels = "2"\nabstain = 0.45\nemit = "label"\n' >animo.toml
      $ANIMO reload --wait 2>&1; echo $?
      echo fin >in; drop a.txt <in; await spool/out/a.txt.jsonl
      $ANIMO classify -q --emit label in | cmp - spool/out/a.txt.jsonl && echo all
      """#)
    #expect(outcome.output == "changed emit; at the next start: labels, abstain\n0\nall\n")
  }

  @Test("Where no daemon is, reload says so")
  func findsNobody() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.run(["reload", "--wait", "--spool", scratch.path("spool")])
    #expect(outcome.status == 69)
    #expect(outcome.errors.contains("no daemon is running with the state in \(scratch.path("spool"))/state"))
    #expect(outcome.errors.contains("a daemon with --stdin has none: send SIGHUP to its process"))
    let once = try await Program.run(["serve", "--once", "--spool", scratch.path("spool")])
    #expect(once.status == 0)
    #expect(try await Program.run(["reload", "--spool", scratch.path("spool")]).status == 69)
  }

  @Test(
    "Who may see the daemon and not signal it is told so",
    .enabled(if: getuid() == 0, "only root can be another user"))
  func tellsOfPermission() async throws {
    let outcome = try await outcome(
      #"""
      cp $ANIMO animo; chmod -R o+rX .
      setpriv --reuid=31418 --regid=31418 --clear-groups ./animo reload --wait 2>err; echo $?
      grep -c "(kill); only root and the daemon's user may make it reload" err
      """#)
    #expect(outcome.output == "77\n1\n")
  }

  @Test("A daemon of another PID namespace is not reached, and no process here gets its signal")
  func leavesOtherNamespaces() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      unshare -r --pid --fork true 2>/dev/null || { echo skipped: namespaces are not allowed; exit; }
      unshare -r --pid --fork --kill-child "$ANIMO" serve --model $TINY --spool spool 2>log & pid=$!
      until grep -q ready log; do kill -0 $pid || exit 1; sleep 0.05; done
      $ANIMO reload --spool spool 2>err; echo $?; grep -q 'another PID namespace' err || cat err; kill -KILL $pid
      """#, in: scratch.url)
    if let reason = outcome.skipped { try Test.cancel("\(reason)") }
    #expect(outcome.output == "69\n")
  }

  @Test("Standard input goes on with the new settings, without losing a line")
  func reloadsStandardInput() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      touch animo.toml; mkfifo tweets; $ANIMO serve --stdin --config animo.toml <tweets >out 2>log & pid=$!
      exec 3>tweets; echo '{"text":"hola"}' >&3; until grep -q hola out; do sleep 0.05; done
      echo 'emit = "label"' >animo.toml; kill -HUP $pid; until grep -q reloaded log; do sleep 0.05; done
      for n in 1 2 3; do echo '{"text":"hola"}' >&3; done; exec 3>&-; wait $pid
      grep -c hola out; wc -l <out
      """#, in: scratch.url)
    #expect(outcome.output == "1\n4\n")
  }
}
