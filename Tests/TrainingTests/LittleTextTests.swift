import Datasets
import Testing

@testable import AWDLSTM
@testable import Training

/// Minibatches shrink where there is little text, and nothing changes where there is enough.
@Suite("Little text")
struct LittleTextTests {
  private func recipe(rows: Int, length: Int) -> LanguageModelRecipe {
    var recipe = LanguageModelRecipe()
    (recipe.rows, recipe.length, recipe.rate) = (rows, length, 0.0128)
    return recipe
  }

  @Test(
    "A language model gets four minibatches of at least eight rows, else one of what there is",
    arguments: [
      (40_000, 128, 70, 128, 70), (20_000, 128, 70, 64, 70), (2000, 128, 70, 8, 70), (1000, 128, 70, 8, 70),
      (300, 128, 70, 8, 35), (17, 128, 70, 8, 1), (9, 128, 70, 4, 1), (2, 128, 70, 1, 1), (40, 2, 8, 2, 8),
    ])
  func languageModel(tokens: Int, rows: Int, length: Int, fittedRows: Int, fittedLength: Int) throws {
    let fitted = try #require(recipe(rows: rows, length: length).fitted(tokens: tokens))
    #expect([fitted.rows, fitted.length] == [fittedRows, fittedLength])
    #expect(TokenStreams.minibatches(tokens: tokens, rows: fitted.rows, length: fitted.length) >= 1)
    #expect(abs(fitted.rate - 0.0128 * Double(fittedRows) / Double(rows)) < 1e-12)
  }

  @Test("There is no minibatch of a single token")
  func nothing() {
    #expect(recipe(rows: 128, length: 70).fitted(tokens: 1) == nil)
  }

  @Test(
    "A classifier gets four minibatches of at least eight tweets",
    arguments: [(512, 128, 128), (511, 128, 64), (100, 128, 16), (10, 128, 8), (10, 4, 4), (100, 100, 25)])
  func classifier(tweets: Int, size: Int, fittedSize: Int) {
    var recipe = ClassifierRecipe()
    recipe.batchSize = size
    let fitted = recipe.fitted(tweets: tweets)
    #expect(fitted.batchSize == fittedSize)
    #expect(abs(fitted.rate - recipe.rate * Double(fittedSize) / Double(size)) < 1e-12)
  }

  @Test("Few validation texts are judged in smaller minibatches, which leave the state of training alone")
  func validation() throws {
    var generator = RandomStream(seed: 3).generator("test", step: 0)
    let shape = EncoderShape(vocabularySize: 20, embeddingSize: 4, hiddenSize: 6, layerCount: 2)
    let parameters = LanguageModelParameters(shape, using: &generator)
    var documents = TokenDocuments()
    documents.append((0..<400).map { Int32($0 * 7 % 20) })
    var few = TokenDocuments()
    few.append((0..<12).map { Int32($0 * 3 % 20) })
    let options = LanguageModelOptions()
    var stage = LanguageModelStage(
      parameters, documents: documents, validation: few, rows: 8, length: 6, options)
    var gradients = parameters.zeros
    _ = stage.train(Minibatch(epoch: 0, index: 0, step: 0), gradients: &gradients)
    let before = stage.state
    let validation = stage.validate()
    #expect(stage.state == before)
    // One row of eleven tokens and their successors, of which six fill a minibatch.
    let network = LanguageModelNetwork(parameters, rows: 1, options)
    let streams = TokenStreams(few.ids, rows: 1, length: 6)
    let alone = network.evaluate([streams[0]], parameters)
    #expect(streams.minibatches == 1)
    #expect(abs(validation.loss - alone.loss) < 1e-5)
    #expect(validation.accuracy == alone.accuracy)
  }
}
