import Foundation
import TestSupport
import Testing

@Suite("NEON kernels")
struct ARMCompilationTests {
  /// The sources that need no header but the compiler's own.
  static let sources = ["neon.c", "neon-int8.c", "neon-dot-int8.c", "choose.c", "optimiser.c"]

  static let hasCompiler: Bool = (try? compile("choose.c", target: "x86_64"))?.status == 0

  @Test(
    "The NEON kernels compile for 64-bit ARM without a warning",
    .enabled(if: hasCompiler, "there is no clang"), arguments: sources)
  func compile(source: String) throws {
    let outcome = try Self.compile(source, target: "aarch64")
    #expect(outcome.errors == "")
    #expect(outcome.status == 0)
  }

  private static func compile(_ source: String, target: String) throws -> Program.Outcome {
    let folder = Repository.tests.deletingLastPathComponent().appending(path: "Sources/CKernels")
    return try Program.shell(
      """
      clang --target=\(target)-linux-gnu -ffreestanding -nostdlibinc -Iinclude -O3 -Wall -Wextra \
        -c '\(source)' -o /dev/null
      """, in: folder)
  }
}
