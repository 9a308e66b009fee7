import Foundation
import TestSupport
import Testing

@Suite("NEON kernels")
struct ARMCompilationTests {
  /// The sources that need no header but the compiler's own.
  static let sources = ["neon.c", "neon-int8.c", "neon-dot-int8.c", "choose.c", "optimiser.c"]

  @Test(
    "The NEON kernels compile for 64-bit ARM without a warning",
    .enabled("there is no clang") { try await clang("choose.c", target: "x86_64").status == 0 },
    arguments: sources)
  func compile(source: String) async throws {
    let outcome = try await clang(source, target: "aarch64")
    #expect(outcome.errors == "")
    #expect(outcome.status == 0)
  }
}

/// Compiles one of the kernels' sources, and throws the result away.
private func clang(_ source: String, target: String) async throws -> Program.Outcome {
  let folder = Repository.tests.deletingLastPathComponent().appending(path: "Sources/CKernels")
  return try await Program.shell(
    """
    clang --target=\(target)-linux-gnu -ffreestanding -nostdlibinc -Iinclude -O3 -Wall -Wextra \
      -c '\(source)' -o /dev/null
    """, in: folder)
}
