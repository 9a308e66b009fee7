import Foundation
import TestSupport
import Testing

/// Where threads, memory or /proc are missing: a sentence and a status, never silence, a trap or a wrong success.
struct ScarcityTests {
  private static let input = #"echo '{"text":"hola"}' >a.jsonl; mkdir -p spool/inbox; cp a.jsonl spool/inbox"#

  @Test(
    "Too few threads are told with the remedy",
    .enabled(if: getuid() == 0, "only root can be another user, and the limit does not bind root"))
  func tellsOfThreads() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.input + #"""

        chmod -R o+rwX .; cp $ANIMO animo; cp -r $TINY tiny
        run() { timeout 60 setpriv --reuid=31415 --regid=31415 --clear-groups bash -c 'ulimit -u 4; exec "$@"' - "$@" 2>&1; echo $?; }
        run ./animo classify -q --model tiny a.jsonl; run ./animo serve --model tiny --spool spool --once
        run ./animo config show | tail -1
        """#, in: scratch.url)
    let remedy = "raise the limit of processes (ulimit -u, or TasksMax= of a unit) or of memory (ulimit -v)"
    #expect(
      outcome.output == """
        animo: only 3 of the 4 threads that are needed can be started: \(remedy)
        71
        animo: only 3 of the 19 threads that are needed can be started: \(remedy)
        71
        0

        """)
  }

  @Test(
    "With any limit of threads a daemon that serves HTTP works, or tells how many are missing",
    .enabled(if: getuid() == 0, "only root can be another user, and the limit does not bind root"))
  func tellsOfTheServersThreads() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.input + #"""

        chmod -R o+rwX .; cp $ANIMO animo; cp -r $TINY tiny
        serve="./animo serve --model tiny --workers 1 --spool spool --settle 0 --once --listen unix:$PWD/s"
        for limit in $(seq 10 3 25); do
          # Another user than above: the limit is for all processes of one.
          setpriv --reuid=31416 --regid=31416 --clear-groups \
            bash -c "ulimit -u $limit; exec timeout 60 $serve" 2>log
          case $? in
            0) echo works ;;
            71) grep -q 'of the 18 threads that are needed' log && echo tells || cat log ;;
            *) echo $limit: $?; cat log ;;
          esac
        done | uniq
        """#, in: scratch.url)
    #expect(outcome.output == "tells\nworks\n")
  }

  @Test(
    "With any limit of memory it works, or tells how much is missing",
    arguments: ["classify", "serve", "explain"])
  func tellsOfMemory(command: String) async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.input + #"""

        run() {
          case \#(command) in
            classify) timeout 60 $ANIMO classify -q a.jsonl >answers ;;
            explain) timeout 60 $ANIMO explain --json hola >answers ;;
            serve) rm -rf spool/out; mkdir -p spool/inbox; cp a.jsonl spool/inbox; timeout 60 $ANIMO serve --spool spool --once ;;
          esac 2>errors
        }
        for limit in $(seq 60000 40000 500000); do
          (ulimit -v $limit; run) && status=0 || status=$?
          case $status in
            0) [ $(cat answers spool/out/* 2>/dev/null | wc -l) = 1 ] && echo works || echo $limit nothing ;;
            71) grep -qE '^animo: not enough memory: [0-9]+ MiB more are needed' errors && echo tells || echo $limit silent ;;
            127) echo does not start ;; # the system's loader tells
            *) echo $limit: $status; head -3 errors ;;
          esac
          rm -f answers
        done | uniq
        """#, in: scratch.url)
    #expect(
      ["does not start\ntells\nworks\n", "tells\nworks\n"].contains(outcome.output), "\(outcome.output)")
  }

  @Test("Stacks and weights of any size do not end it without a word")
  func tellsOfSizes() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.input + #"""

        [ $(ulimit -Hs) = unlimited ] || { echo skipped: stacks are limited; exit; }
        [ $(cat /proc/sys/vm/overcommit_memory) != 2 ] || { echo skipped: all memory is reserved; exit; }
        half=$(awk '/^MemTotal/ { print int($2 / 2) }' /proc/meminfo)
        cp -r $TINY large; truncate -s 4611686018427387904 large/model.safetensors 2>/dev/null
        for size in $half 2251799813685248 9007199254740991; do
          (ulimit -s $size; $ANIMO classify -q --model $TINY --emit label a.jsonl 2>errors | wc -l)
          grep -c 'lower that of stacks' errors
        done
        $ANIMO classify -q --model large a.jsonl >/dev/null 2>&1; (($? < 128)) && echo no signal
        """#, in: scratch.url)
    if let reason = outcome.skipped { try Test.cancel("\(reason)") }
    #expect(outcome.output == "1\n0\n0\n1\n0\n1\nno signal\n")
  }

  @Test(
    "Without /proc it reads its arguments, labels, and refuses what needs it",
    .enabled(if: getuid() == 0, "needs root"))
  func worksWithoutProc() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.input + #"""

        unshare --mount bash -c '
          mount -t tmpfs none /proc || { echo "skipped: may not mount"; exit; }
          $ANIMO classify -q --model $TINY --emit label a.jsonl | wc -l
          $ANIMO classify --emit what a.jsonl 2>&1 >/dev/null | grep -q emit && echo emit; $ANIMO nothing >/dev/null 2>&1; echo $?
          $ANIMO serve --model $TINY --spool spool --once 2>&1; echo $?; ls spool/out 2>/dev/null
        '
        """#, in: scratch.url)
    if let reason = outcome.skipped { try Test.cancel("\(reason)") }
    let refusal =
      "cannot read /proc/self/task, which this command needs: mount it with mount -t proc proc /proc"
    #expect(outcome.output == "1\nemit\n64\nanimo: \(refusal)\n71\n")
  }
}
