import Datasets
import Kernels
import Testing

@testable import Training

@Suite("Rehearsals")
struct RehearsalTests {
  private static let caseStudy = EncoderShape(vocabularySize: 32_256, embeddingSize: 400, hiddenSize: 1150)

  @Test("The case study's network has 33 million numbers in its encoder")
  func countsParameters() {
    #expect(Self.caseStudy.layerParameters == 20_211_600)
    #expect(Self.caseStudy.parameters == 33_114_000)
  }

  @Test("The case study's language model is trained within 4 GB")
  func staysWithinMemory() {
    let bytes = MemoryEstimate.languageModel(
      Self.caseStudy, LanguageModelRecipe(), tokens: 50_000_000)
    #expect((2_000_000_000..<4_000_000_000).contains(bytes), "\(bytes)")
  }

  @Test("Memory grows with minibatches and with single precision, as it does with the longest tweets")
  func growsWithRecipe() {
    var larger = LanguageModelRecipe()
    (larger.rows, larger.precision) = (256, .float32)
    #expect(
      MemoryEstimate.languageModel(Self.caseStudy, larger, tokens: 0)
        > MemoryEstimate.languageModel(Self.caseStudy, LanguageModelRecipe(), tokens: 0))
    func memory(longest: Int) -> Int {
      let examples = [3, 5, longest].map {
        TokenisedExample(ids: Array(repeating: 2, count: $0), target: .label(0))
      }
      return MemoryEstimate.classifier(
        Self.caseStudy, ClassifierRecipe(), examples: examples, validation: [])
    }
    #expect(memory(longest: 90) > memory(longest: 9))
  }

  @Test("Rounding in training takes a copy of the layers, and a teacher its own weights")
  func countsCopies() {
    var rounding = ClassifierRecipe()
    rounding.rounding = WeightRounding(bits: 4)
    func memory(_ recipe: ClassifierRecipe, teacher: EncoderShape? = nil) -> Int {
      MemoryEstimate.classifier(Self.caseStudy, recipe, teacher: teacher, examples: [], validation: [])
    }
    let plain = memory(ClassifierRecipe())
    #expect(memory(rounding) - plain == 4 * Self.caseStudy.layerParameters)
    #expect(memory(ClassifierRecipe(), teacher: Self.caseStudy) - plain > 4 * Self.caseStudy.parameters)
  }

  @Test("A rehearsal tells a speed for a language model and for each stage of a classifier")
  func tellsSpeeds() {
    var generator = RandomStream(seed: 1).generator("test", step: 0)
    let start = LanguageModelParameters(
      EncoderShape(vocabularySize: 20, embeddingSize: 4, hiddenSize: 6, layerCount: 2), using: &generator)
    var documents = TokenDocuments()
    for text in 0..<40 { documents.append([2, 9, Int32(9 + text % 11), 10]) }
    var recipe = LanguageModelRecipe()
    (recipe.rows, recipe.length, recipe.candidates) = (4, 5, 8)
    #expect(Rehearsal.languageModel(start, documents: documents, recipe) > 0)
    let examples = (0..<12).map { TokenisedExample(ids: Array(documents[$0]), target: .label($0 % 2)) }
    let speeds = Rehearsal.classifier(
      from: ClassifierStart(start.encoder), classes: 2, examples: examples, ClassifierRecipe())
    #expect(speeds.count == 4)
    #expect(speeds.allSatisfy { $0 > 0 })
  }

  @Test("A teacher that is much larger takes its time in a rehearsal too")
  func hearsTeacher() {
    var generator = RandomStream(seed: 1).generator("test", step: 0)
    let (small, large) = (6, 500)
    let encoders = [small, large].map { units in
      LanguageModelParameters(
        EncoderShape(vocabularySize: 20, embeddingSize: 4, hiddenSize: units, layerCount: 2),
        using: &generator
      ).encoder
    }
    let examples = (0..<12).map {
      TokenisedExample(ids: [2, 9, Int32(9 + $0 % 11), 10], target: .label($0 % 2))
    }
    var recipe = ClassifierRecipe()
    recipe.stages = [ClassifierRecipe.Unfreezing(groups: 4, epochs: 1, rateFactor: 1)]
    // The best of several measurements: other programs disturb some.
    func speed(_ start: ClassifierStart) -> Double {
      (0..<5).flatMap { _ in Rehearsal.classifier(from: start, classes: 2, examples: examples, recipe) }.max()
        ?? 0
    }
    var start = ClassifierStart(encoders[0])
    let alone = speed(start)
    start.teacher = Teacher(encoders[1], factor: 1, precision: .float32)
    #expect(speed(start) < alone)
  }

  @Test("Some texts of many keep their order and their tokens")
  func choosesTexts() {
    var documents = TokenDocuments()
    for text: [Int32] in [[2, 9], [2, 10, 11], [2], [2, 12]] { documents.append(text) }
    let chosen = documents.texts([1, 3])
    #expect(chosen.count == 2)
    #expect(chosen.ids == [2, 10, 11, 2, 12])
    #expect(documents.texts([]).count == 0)
  }
}
