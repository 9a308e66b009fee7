import Kernels
import Testing

@Suite("Kernel set")
struct KernelSetTests {
  @Test("The plain set is always there, and the last")
  func plainIsAlwaysAvailable() {
    #expect(KernelSet.available.last == .plain)
    #expect(KernelSet.plain.name == "plain")
  }

  @Test("The best set is the first that is available")
  func bestIsFirst() {
    #expect(KernelSet.best == KernelSet.available.first)
  }

  @Test("Every available set is found by its name", arguments: KernelSet.available)
  func foundByName(kernels: KernelSet) {
    #expect(KernelSet.named(kernels.name) == kernels)
  }

  @Test("A name that no set has finds none", arguments: ["", "PLAIN", "avx", "plain "])
  func unknownName(name: String) {
    #expect(KernelSet.named(name) == nil)
  }
}
