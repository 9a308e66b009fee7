package import Foundation

/// A machine of its own with a real systemd, for tests of the units: `Tests/with-systemd`.
package enum SystemdMachine {
  /// Why it cannot be had here, or nil.
  package static let obstacle: String? = {
    let probe = try? Program.shell("Tests/with-systemd --probe", in: root)
    guard let probe, probe.status != 0 else { return probe == nil ? "no shell" : nil }
    return probe.output
  }()

  package static let root = Repository.tests.deletingLastPathComponent()

  /// Runs `script` on the machine, in the repository's folder; `$ANIMO` is the program that was built with the tests.
  package static func run(_ script: String) throws -> Program.Outcome {
    let scratch = try TemporaryDirectory()
    let path = try scratch.write(script, to: "script")
    return try Program.shell("Tests/with-systemd bash \(path)", in: root)
  }
}
