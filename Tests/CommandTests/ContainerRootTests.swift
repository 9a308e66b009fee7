import Foundation
import TestSupport
import Testing

/// `etc/animo/docker/build-root`; `Tests/Container/check` runs what it makes.
@Suite struct ContainerRootTests {
  @Test("A program that does not exist is named, and nothing is left that another try would stumble over")
  func refusesMissingProgram() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      "etc/animo/docker/build-root \(scratch.path("animo")) \(scratch.path("root"))",
      in: Repository.tests.deletingLastPathComponent())
    #expect(outcome.status == 66)
    #expect(outcome.errors.contains("no program \(scratch.path("animo"))"))
    #expect(!FileManager.default.fileExists(atPath: scratch.path("root")))
  }
}
