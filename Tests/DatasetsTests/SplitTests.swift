import TestSupport
import Testing

@testable import Datasets

@Suite("Splits")
struct SplitTests {
  /// Texts that have nothing in common.
  private func examples(_ count: Int) -> [LabelledExample] {
    (0..<count).map { LabelledExample(text: Array("a\($0) b\($0) c\($0)".utf8), target: .label(1)) }
  }

  @Test("a tenth, rounded down, is held back, and every text is on one side")
  func divides() {
    let split = Split(of: examples(1239))
    #expect(split.validation.count == 123)
    #expect((split.training + split.validation).sorted() == Array(0..<1239))
    #expect(split.report == report(training: 1116, validation: 123))
  }

  @Test("the seed decides, and nothing else")
  func dependsOnSeed() {
    var other = SplitOptions()
    other.seed = 43
    #expect(Split(of: examples(500)) == Split(of: examples(500)))
    #expect(Split(of: examples(500)).validation != Split(of: examples(500), other).validation)
  }

  @Test("with seed 42 ten texts are divided as they always were")
  func staysTheSame() {
    var options = SplitOptions.random
    options.validationShare = 0.3
    #expect(Split(of: examples(10), options).validation == [3, 4, 8])
  }

  @Test("an author's texts are on one side")
  func keepsAuthorsTogether() {
    var examples = examples(1000)
    for index in examples.indices { examples[index].author = "autor \(index % 200)" }
    let split = Split(of: examples)
    let authors = Set(split.validation.map { $0 % 200 })
    #expect(split.validation.count == authors.count * 5)
    #expect(Set(split.training.map { $0 % 200 }).isDisjoint(with: authors))
    #expect((split.report.groups, split.report.grouped) == (200, 1000))
    #expect(split.report.moved > 0)
  }

  @Test("near-duplicates are on one side")
  func keepsDuplicatesTogether() {
    let once = examples(400)
    let split = Split(of: once + once)
    #expect(Set(split.training.map { $0 % 400 }).isDisjoint(with: split.validation.map { $0 % 400 }))
    #expect((30...130).contains(split.validation.count))
    #expect(split.report.groups == 400)
  }

  @Test("authors and near-duplicates chain together")
  func chains() {
    var examples = examples(40) + examples(40)
    for index in 40..<80 { examples[index].author = "el mismo" }
    #expect(Split(of: examples).training.count == 80)
  }

  @Test("a group that would be a quarter of what is judged goes to training")
  func keepsLargeGroupsOut() {
    let same = LabelledExample(text: Array("gracias por seguirme".utf8), target: .label(1))
    let split = Split(of: examples(800) + Array(repeating: same, count: 200))
    #expect(split.validation.allSatisfy { $0 < 800 })
    #expect(split.report.moved > 0)
  }

  @Test("the case study's split moves nothing")
  func movesNothing() {
    let same = Array(
      repeating: LabelledExample(text: Array("hola".utf8), target: .label(1), author: "ana"), count: 100)
    #expect(Split(of: same, .random).report == report(training: 90, validation: 10))
  }

  @Test("nothing is divided into nothing")
  func dividesNothing() {
    #expect(Split(of: []).report == SplitReport())
  }

  private func report(training: Int, validation: Int) -> SplitReport {
    var report = SplitReport()
    (report.training, report.validation) = (training, validation)
    return report
  }
}
