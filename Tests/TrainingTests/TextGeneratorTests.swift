import AWDLSTM
import Foundation
import TestSupport
import Testing

@testable import Training

/// Words drawn from a language model, compared with PyTorch: see `Tests/Golden/generating.py`.
@Suite("Writing on")
struct TextGeneratorTests {
  struct Golden: Decodable, Sendable, CustomTestStringConvertible {
    let temperature, share: Double
    let prompt, excluded, words: [Int32]
    let places: [Double]

    var testDescription: String { "temperature \(temperature), share \(share)" }

    static let all: [Golden] =
      (try? JSONDecoder().decode(
        [Golden].self, from: Data(contentsOf: Repository.golden.appending(path: "generating.json")))) ?? []
  }

  @Test("The words are PyTorch's, from the same weights and the same random numbers", arguments: Golden.all)
  func goldens(golden: Golden) throws {
    let weights = try TrainingGolden("language-model")
    let generator = TextGenerator(try LanguageModelGoldenTests.parameters(weights))
    let sampling = WordSampling(
      temperature: golden.temperature, share: golden.share, excluded: Set(golden.excluded))
    generator.read(golden.prompt)
    let words = golden.places.compactMap { place in
      let word = sampling.word(of: generator.logits, at: place)
      if let word { generator.read([word]) }
      return word
    }
    #expect(words == golden.words)
  }

  @Test("There are goldens")
  func thereAreGoldens() { #expect(Golden.all.count == 4) }

  @Test("Places divide the distribution: the likeliest first, and nothing beyond the share")
  func sampling() {
    // Of the probabilities 1/8, 1/2, 1/8, 1/4.
    let logits: [Float] = [0, 4, 0, 2].map { $0 * Float(M_LN2) / 2 }
    let all = WordSampling()
    #expect(
      [0, 0.49, 0.51, 0.74, 0.76, 0.86, 0.88, 0.999].map { all.word(of: logits, at: $0) } == [
        1, 1, 3, 3, 0, 0, 2, 2,
      ])
    let some = WordSampling(share: 0.7)
    #expect([0.66, 0.67, 0.999].map { some.word(of: logits, at: $0) } == [1, 3, 3])
    #expect(WordSampling(share: 1e-9).word(of: logits, at: 0.999) == 1)
    #expect(WordSampling(temperature: 0, excluded: [1]).word(of: logits, at: 0.999) == 3)
    #expect(WordSampling(excluded: [0, 1, 2, 3]).word(of: logits, at: 0.5) == nil)
  }

  @Test("Reading word by word is reading at once")
  func reads() throws {
    let parameters = try LanguageModelGoldenTests.parameters(TrainingGolden("language-model"))
    let (together, single) = (TextGenerator(parameters), TextGenerator(parameters))
    together.read([2, 17, 30, 5])
    for word in [2, 17, 30, 5] as [Int32] { single.read([word]) }
    for (one, other) in zip(together.logits, single.logits) { #expect(abs(one - other) < 1e-5) }
  }

  @Test("A classifier has no decoder")
  func refuses() throws {
    let model = try Model(directory: Repository.golden.appending(path: "network-tiny").path)
    let error = #expect(throws: ModelError.self) { try TextGenerator(model) }
    #expect(error?.remedy?.contains("no decoder") == true)
  }
}
