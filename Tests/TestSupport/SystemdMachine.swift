package import Foundation

/// A machine of its own with a real systemd, for tests of the units: `Tests/with-systemd`.
package enum SystemdMachine {
  /// Why it cannot be had here, or nil.
  package static let obstacle: String? = {
    let (probe, output) = (Process(), Pipe())
    probe.executableURL = root.appending(path: "Tests/with-systemd")
    probe.arguments = ["--probe"]
    probe.standardOutput = output
    do { try probe.run() } catch { return "\(error)" }
    let reason = try? output.fileHandleForReading.readToEnd()
    probe.waitUntilExit()
    return probe.terminationStatus == 0 ? nil : String(decoding: reason ?? Data(), as: UTF8.self)
  }()

  package static let root = Repository.tests.deletingLastPathComponent()

  /// Runs `script` on the machine, in the repository's folder; `$ANIMO` is the program that was built with the tests.
  package static func run(_ script: String) async throws -> Program.Outcome {
    let scratch = try TemporaryDirectory()
    let path = try scratch.write(script, to: "script")
    return try await Program.shell("Tests/with-systemd bash \(path)", in: root)
  }
}
