import Kernels
import Testing

@Suite("Kernel set")
struct KernelSetTests {
  @Test("The plain sets are always there, each the last of its arithmetic")
  func plainIsAlwaysAvailable() {
    #expect(KernelSet.available.last == .plain)
    #expect(KernelSet.plain.name == "plain")
    for (arithmetic, name) in [(Arithmetic.fp32, "plain"), (.bf16, "plain-bf16"), (.int8, "plain-int8")] {
      #expect(KernelSet.available.last { $0.arithmetic == arithmetic }?.name == name)
    }
  }

  @Test("The best set of an arithmetic is the first that is available", arguments: Arithmetic.allCases)
  func bestIsFirst(arithmetic: Arithmetic) {
    #expect(KernelSet.best(arithmetic) == KernelSet.available.first { $0.arithmetic == arithmetic })
  }

  @Test("The best set of all computes in single precision")
  func bestIsExact() {
    #expect(KernelSet.best.arithmetic == .fp32)
  }

  @Test("Every available set is found by its name", arguments: KernelSet.available)
  func foundByName(kernels: KernelSet) {
    #expect(KernelSet.named(kernels.name) == kernels)
  }

  @Test("Every set has one of the same instructions in single precision", arguments: KernelSet.available)
  func singlePrecision(kernels: KernelSet) {
    #expect(kernels.inSinglePrecision.arithmetic == .fp32)
    #expect(kernels.name.hasPrefix(kernels.inSinglePrecision.name))
  }

  @Test("A name that no set has finds none", arguments: ["", "PLAIN", "avx", "plain ", "int8"])
  func unknownName(name: String) {
    #expect(KernelSet.named(name) == nil)
  }
}
