import Foundation
import TestSupport
import Testing

/// The program `KernelChecks`: what these tests say of the kernels, said again in C, so that it can be compiled for a
/// processor for which there is no Swift here.
@Suite("Kernel checks")
struct KernelCheckTests {
  @Test("Every kernel of this processor passes the checks in C")
  func native() async throws {
    let outcome = try await checks()
    #expect(outcome.output.hasPrefix("sets: ") && outcome.output.contains("\nint8: "))
    #expect(outcome.status == 0)
  }
}

@Suite("Kernels on ARM")
struct ARMKernelTests {
  @Test("Every NEON kernel passes the checks under an emulator, and gives the bits of this processor's")
  func checksPass() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(Self.compile + Self.run, in: scratch.url)
    if let reason = outcome.skipped { try Test.cancel("\(reason)") }
    #expect(outcome.errors == "")
    #expect(outcome.status == 0)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    // An A57 has no dot product, an A76 has.
    #expect(
      lines.prefix(2) == [
        "sets: neon-int8 plain-int8 plain-bf16 neon plain",
        "sets: neon-dot-int8 neon-int8 plain-int8 plain-bf16 neon plain",
      ])
    // The digests; that of fused single precision is missing where this processor has none.
    let native = try await checks().output.split(separator: "\n").map(String.init)
    #expect(native.count >= 5)
    #expect(Set(lines).isSuperset(of: native.dropFirst()))
  }

  /// Compiles the sources of the kernels as they are, and the checks, to the program `checks`.
  private static let compile = """
    for command in clang ld.lld qemu-aarch64; do
      command -v $command >/dev/null || { echo "skipped: $command is not installed"; exit; }
    done
    arm=/usr/aarch64-linux-gnu
    [ -e $arm/lib/crt1.o ] || { echo skipped: libc6-dev-arm64-cross is not installed; exit; }
    root='\(Repository.tests.deletingLastPathComponent().path)'
    target="--target=aarch64-linux-gnu -nostdlibinc -isystem $arm/include -I$root/Sources/CKernels/include"
    (ls "$root"/Sources/CKernels/*.c | sed 's/$/ -O3/'; ls "$root"/Tests/KernelChecks/*.c | sed 's/$/ -O1/') |
      while read -r source level; do echo "$level -c $source -o $((++number)).o"; done |
      xargs -P 2 -L 1 clang $target -Wall -Wextra -Werror &&
    clang --target=aarch64-linux-gnu -fuse-ld=lld -nostdlib -Wl,-dynamic-linker,/lib/ld-linux-aarch64.so.1 \\
      $arm/lib/crt1.o $arm/lib/crti.o *.o -L$arm/lib -lm -lc $arm/lib/crtn.o -o checks || exit

    """

  private static let run = """
    qemu-aarch64 -L $arm -cpu cortex-a57 ./checks --sets
    qemu-aarch64 -L $arm -cpu cortex-a76 ./checks
    """
}

/// The checks on this processor.
private func checks() async throws -> Program.Outcome {
  try await Program.shell("'\(Program.builtWithTests("KernelChecks").path)'")
}
