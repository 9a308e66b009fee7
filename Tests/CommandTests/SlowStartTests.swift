import Foundation
import TestSupport
import Testing

/// A start that has much to put in order: it gets the time that it needs as long as it gets on, and no more.
@Suite(.enabled(if: getuid() == 0, "only root may let system calls of another user's process take long"))
struct SlowStartTests {
  /// Fills `$spool` with files, all committed and nearly none published: killed at its third file on the way out.
  private static let interrupt = #"""
    set -e; interrupt() {
      for n in $(seq 24); do echo '{"text":"hola"}' >$spool/inbox/$n.jsonl; done
      strace -f -o /dev/null -P "$spool/out" -e trace=renameat2 -e inject=renameat2:signal=KILL:when=3 \
        "$@" $ANIMO serve --once --settle 0 --spool $spool --state $state 2>/dev/null || true
      (( $(ls $spool/work | grep -c labels) > 12 )) || echo not enough to do
    }

    """#

  @Test("Work that is done asks for more time, and a call that hangs does not")
  func asksByWorkDone() async throws {
    // The probe at the start renames twice there, then each job once.
    let strace = ["/usr/bin/strace", "-D", "-f", "-o", "/dev/null", "-e", "trace=renameat2"]
    let hang = ["-P", "spool/done", "-e", "inject=renameat2:delay_enter=30000000:when=6"]
    let daemon = try await NotifyingDaemon(["--spool", "spool"], under: strace + hang) { scratch in
      let outcome = try await Program.shell(
        Self.interrupt + "mkdir -p spool/inbox; spool=$PWD/spool state=spool/state; interrupt env",
        in: scratch.url)
      #expect(outcome.output == "")
    }
    let isExtension: (String) -> Bool = { $0 == "EXTEND_TIMEOUT_USEC=60000000" }
    #expect(await daemon.manager.messages(until: isExtension).count == 1)
    // It may ask again until it comes to what hangs; ten seconds of silence are nine that it does not ask for.
    #expect(await daemon.manager.messages(patience: .seconds(10)) { _ in false }.allSatisfy(isExtension))
    #expect(daemon.process.isRunning)
  }

  @Test(
    "systemd waits for it longer than TimeoutStartSec, but no longer when it hangs; nothing is lost",
    .enabled(if: SystemdMachine.obstacle == nil, "no machine with systemd: \(SystemdMachine.obstacle ?? "")"))
  func getsTimeOfSystemd() async throws {
    let outcome = try await SystemdMachine.run(
      SystemdServiceTests.install + Self.interrupt + #"""
        state=/var/lib/animo; install -d -o animo -g animo -m 700 $state
        interrupt setpriv --reuid animo --regid animo --clear-groups
        # So long takes each file's last step.
        slow() { printf '[Service]\nTimeoutStartSec=%s\nTimeoutStopSec=1s\nSystemCallFilter=@debug @setuid\nExecStart=\nExecStart=%s\n' \
          $1 "$(which strace) -D -f -o /dev/null -P $spool/done -e trace=renameat2 -e inject=renameat2:delay_enter=$2 \
          /usr/bin/animo serve" | override slow; }
        slow 2s 60s; systemctl start animo 2>/dev/null || systemctl show animo -p Result
        systemctl stop animo; ls $spool/work | grep -q labels && echo left
        slow 8s 600ms; SECONDS=0; systemctl start animo; (( SECONDS > 9 )) && echo slow
        systemctl show animo -p ActiveState -p NRestarts
        for n in $(seq 24); do await $spool/out/$n.jsonl; done
        cat $spool/out/* | wc -l; ls $spool/work | wc -l
        """#)
    #expect(outcome.output == "Result=timeout\nleft\nslow\nNRestarts=0\nActiveState=active\n24\n0\n")
  }
}
