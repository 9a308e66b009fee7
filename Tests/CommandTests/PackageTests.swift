import Foundation
import TestSupport
import Testing

/// The Debian package on a machine of its own: `systemd/build-deb`.
@Suite(
  .enabled(if: SystemdMachine.obstacle == nil, "no machine with systemd: \(SystemdMachine.obstacle ?? "")"))
struct PackageTests {
  /// The folder of the package, which is built once for all tests.
  private static let folder = Task {
    let folder = try TemporaryDirectory()
    let outcome = try await Program.shell(
      "DPKG_DEB_COMPRESSOR_TYPE=none systemd/build-deb $ANIMO \(folder.path)", in: SystemdMachine.root)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return folder
  }

  /// Runs a script on a machine that has `$package`; `make_newer` makes `$newer`, which differs from it in nothing but
  /// its version.
  private func run(_ script: String) async throws -> Program.Outcome {
    try await SystemdMachine.run("package=\(Self.folder.value.path)/*.deb\n" + Self.start + script)
  }

  private static let start = #"""
    set -e; package=$(echo $package)
    rm -f /usr/sbin/policy-rc.d # containers have it to keep packages from starting anything; this is a copy
    export DPKG_DEB_COMPRESSOR_TYPE=none DEBIAN_FRONTEND=noninteractive
    make_newer() {
      mkdir /tmp/packages; dpkg-deb -R $package /tmp/packages/tree; newer=/tmp/packages/newer.deb
      sed -i 's/^Version: .*/Version: 99/' /tmp/packages/tree/DEBIAN/control
      dpkg-deb --root-owner-group -b /tmp/packages/tree $newer >/dev/null
    }
    spool=/var/spool/animo
    drop() { cat >$spool/inbox/.$1.tmp; mv $spool/inbox/.$1.tmp $spool/inbox/$1; }
    await() { for _ in $(seq 600); do [ -e "$1" ] && return; sleep 0.1; done; echo "no $1"; journalctl -u animo; exit 1; }

    """#

  @Test("Installed it runs; upgraded it goes on with its configuration; removed it leaves what was there")
  func livesThroughUpgrade() async throws {
    let outcome = try await run(
      #"""
      dpkg -i $package >/dev/null
      systemctl is-active animo; systemctl is-enabled animo; systemctl is-enabled animo.socket || true
      echo hola | drop a.txt; await $spool/out/a.txt.jsonl
      echo '# mine' >>/etc/animo/animo.toml
      before=$(systemctl show animo -p MainPID --value)
      make_newer; dpkg -i $newer >/dev/null
      systemctl is-active animo; (( $(systemctl show animo -p MainPID --value) != before )) && echo restarted
      tail -1 /etc/animo/animo.toml
      echo hola | drop b.txt; await $spool/out/b.txt.jsonl
      systemctl stop animo; systemctl disable animo 2>/dev/null
      dpkg -i $newer >/dev/null; systemctl is-enabled animo || true
      systemctl start animo.socket
      dpkg -r animo >/dev/null; systemctl is-active animo.socket animo || true
      ls /usr/bin/animo /lib/systemd/system/animo.service 2>/dev/null || true
      tail -1 /etc/animo/animo.toml; ls $spool/out /var/lib/animo | grep -v -e -wal -e -shm
      """#)
    #expect(
      outcome.output == """
        active
        enabled
        disabled
        active
        restarted
        # mine
        disabled
        inactive
        inactive
        # mine
        /var/lib/animo:
        ledger.sqlite
        reload.json

        /var/spool/animo/out:
        a.txt.jsonl
        b.txt.jsonl

        """)
  }

  @Test("Purged it leaves no tweet behind unsaid, and nothing at all when there was none")
  func purges() async throws {
    let outcome = try await run(
      #"""
      dpkg -i $package >/dev/null; systemctl stop animo; echo hola | drop waiting.txt
      dpkg -P animo 2>&1 >/dev/null | grep animo:
      find $spool -type f; ls -d /etc/animo /var/lib/animo 2>/dev/null || true
      rm -r $spool
      dpkg -i $package >/dev/null; systemctl is-active animo
      systemctl stop animo; mkfifo $spool/control # in place of the socket that a killed daemon leaves
      touch $spool/stats/.current.json.tmp $spool/work/.animo-probe.tmp # it may leave these too
      dpkg -P animo 2>&1 >/dev/null
      ls -d $spool /etc/animo /var/lib/animo /lib/systemd/system/animo* 2>/dev/null || echo nothing
      """#)
    #expect(
      outcome.output == """
        animo: left /var/spool/animo, which is not empty (files: 1); remove it by hand
        /var/spool/animo/inbox/waiting.txt
        active
        nothing

        """)
  }

  @Test("Purged it leaves a model that was put beside the ledger, and says so")
  func leavesModels() async throws {
    let outcome = try await run(
      #"""
      dpkg -i $package >/dev/null; systemctl stop animo
      mkdir -p /var/lib/animo/models/mine; echo '{}' >/var/lib/animo/models/mine/config.json
      dpkg -P animo 2>&1 >/dev/null | grep animo:
      find /var/lib/animo -type f
      """#)
    #expect(
      outcome.output == """
        animo: left /var/lib/animo, which is not empty (files: 1); remove it by hand
        /var/lib/animo/models/mine/config.json

        """)
  }

  @Test("It passes its own tests, those for autopkgtest")
  func passesItsTests() async throws {
    let outcome = try await run(
      #"""
      dpkg -i $package >/dev/null
      for test in $(sed -n 's/^Tests: //p' systemd/debian/tests/control); do
        systemd/debian/tests/$test >/tmp/log 2>&1 && echo $test passed || { echo $test; cat /tmp/log; }
      done
      """#)
    #expect(outcome.output == "filter passed\ndaemon passed\n")
  }

  @Test("It has the manual, made from the program's help and from the configuration file")
  func hasManual() async throws {
    let outcome = try await run(
      #"""
      dpkg-deb --fsys-tarfile $package | tar -xO ./usr/share/man/man1/animo.1.gz | zcat >/tmp/animo.1
      grep -q '^\.SH ANIMO' /tmp/animo.1 && echo commands; grep -q -- '\\-\\-settle' /tmp/animo.1 && echo flags
      dpkg-deb --fsys-tarfile $package | tar -xO ./usr/share/man/man5/animo.toml.5.gz | zcat >/tmp/animo.toml.5
      diff <(grep -oE '^#?[a-z_0-9]+ = ' etc/animo/animo.toml | tr -d '#= ') \
        <(grep -oE '^\\fB[a-z_0-9]+ = ' /tmp/animo.toml.5 | sed 's/\\fB//; s/ = //') && echo all options
      """#)
    #expect(outcome.output == "commands\nflags\nall options\n")
  }
}
