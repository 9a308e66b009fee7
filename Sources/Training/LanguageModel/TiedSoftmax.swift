internal import Kernels

/// The decoder of a language model with its loss: logits = answers · embeddingᵀ + bias, cross-entropy with the next word.
///
/// The decoder's weights are the embeddings (Press & Wolf 2017; Inan et al. 2017). Logits are computed for some
/// tokens at a time, so that memory does not grow with tokens × words.
struct TiedSoftmax {
  /// The number of tokens whose logits are in memory at a time.
  static let tokensAtOnce = 512

  /// The decoder's weights for one minibatch: packed once, read by all shards.
  final class PackedVocabulary: @unchecked Sendable {
    /// [E][V].
    fileprivate var forward: PackedMatrix
    /// [V][E].
    fileprivate var backward: PackedMatrix

    init(words: Int, size: Int, kernel: GEMMKernel) {
      forward = PackedMatrix(.right, rows: size, columns: words, kernel: kernel)
      backward = PackedMatrix(.right, rows: words, columns: size, kernel: kernel)
    }

    /// Packs the embeddings, [words][size].
    func pack(_ embedding: Tensor, backward isTraining: Bool) {
      forward.pack(embedding.values.span, .byColumns, stride: embedding.columns)
      if isTraining { backward.pack(embedding.values.span, .byRows, stride: embedding.columns) }
    }
  }

  private var logits = Tensor(rows: 0, columns: 0)

  /// The sum of the tokens' losses, and the number of next words that were predicted as the most probable.
  ///
  /// - Parameters:
  ///   - answers: [tokens][E].
  ///   - bias: [V].
  mutating func evaluate(
    _ answers: Tensor, targets: [Int32], words: PackedVocabulary, bias: [Float]
  ) -> (loss: Double, correct: Int) {
    var (loss, correct) = (0.0, 0)
    for tokens in Self.pieces(of: answers.rows) {
      makeLogits(answers, tokens, words)
      let count = logits.columns
      for token in tokens {
        let row = (token - tokens.lowerBound) * count
        let target = Int(targets[token])
        let logit = logits.values[row + target] + bias[target]
        var numbers = logits.values.mutableSpan
        loss += Double(
          TrainingKernels.best.softmax(&numbers, from: row, count: count, bias: bias.span, scale: 1) - logit)
        let best = logits.values[row..<row + count].indices.max { logits.values[$0] < logits.values[$1] }
        if best == row + target { correct += 1 }
      }
    }
    return (loss, correct)
  }

  /// The sum of the tokens' losses, and the gradient of `scale` times it.
  ///
  /// - Parameters:
  ///   - answerGradient: receives [tokens][E].
  ///   - gradients: the gradients of the embedding and of the decoder's bias are accumulated.
  mutating func loss(
    _ answers: Tensor, targets: [Int32], words: PackedVocabulary, bias: [Float], scale: Float,
    answerGradient: inout Tensor, gradients: inout LanguageModelParameters
  ) -> Double {
    answerGradient.resize(rows: answers.rows, columns: answers.columns)
    var loss = 0.0
    for tokens in Self.pieces(of: answers.rows) {
      makeLogits(answers, tokens, words)
      for token in tokens {
        loss += turnIntoGradient(token - tokens.lowerBound, target: Int(targets[token]), bias, scale)
      }
      answerGradient.multiply(logits, 0..<tokens.count, by: words.backward, .replacing, at: tokens.lowerBound)
      addWordGradients(answers, tokens, words, &gradients.encoder.embedding)
      addBiasGradients(&gradients.decoderBias)
    }
    return loss
  }

  private mutating func makeLogits(_ answers: Tensor, _ tokens: Range<Int>, _ words: PackedVocabulary) {
    logits.resize(rows: tokens.count, columns: words.forward.columns)
    logits.multiply(answers, tokens, by: words.forward, .replacing, at: 0)
  }

  /// Replaces a row of logits by the gradient of its scaled loss; returns the loss.
  private mutating func turnIntoGradient(
    _ row: Int, target: Int, _ bias: [Float], _ scale: Float
  ) -> Double {
    let first = row * logits.columns
    let count = logits.columns
    let logit = logits.values[first + target] + bias[target]
    var numbers = logits.values.mutableSpan
    let total = TrainingKernels.best.softmax(
      &numbers, from: first, count: count, bias: bias.span, scale: scale)
    numbers[first + target] -= scale
    return Double(total - logit)
  }

  private func addWordGradients(
    _ answers: Tensor, _ tokens: Range<Int>, _ words: PackedVocabulary, _ embedding: inout Tensor
  ) {
    let columns = answers.columns
    embedding.multiplyTransposed(
      logits.values.span, columns: logits.columns,
      answers.values.span.extracting(tokens.lowerBound * columns..<tokens.upperBound * columns),
      columns: columns, .adding, kernel: words.forward.kernel)
  }

  private func addBiasGradients(_ bias: inout Tensor) {
    var sums = bias.values.mutableSpan
    for row in 0..<logits.rows {
      TrainingKernels.best.add(
        logits.values.span.extracting(row * logits.columns..<(row + 1) * logits.columns), to: &sums)
    }
  }

  private static func pieces(of tokens: Int) -> [Range<Int>] {
    stride(from: 0, to: tokens, by: tokensAtOnce).map { $0..<Swift.min($0 + tokensAtOnce, tokens) }
  }
}
