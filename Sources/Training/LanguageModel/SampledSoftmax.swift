internal import Glibc
internal import Kernels

/// The decoder's loss against some words instead of all: a fifth of the arithmetic at 30,000 words.
///
/// For a token with next word y and candidates C, the loss is -log softmax of y over {y} ∪ C \ {y}, where every logit
/// is lowered by the logarithm of the probability that its word is drawn. Source: Jean et al. 2015, "On Using Very
/// Large Target Vocabulary for Neural Machine Translation". For training only; validation is exact.
struct SampledSoftmax {
  /// The number of tokens whose logits are in memory at a time.
  static let tokensAtOnce = 1024

  /// The words of one minibatch, packed once, read by all shards.
  final class PackedCandidates: Sendable {
    let candidates: WordCandidates
    /// The column of each word in the logits; -1 for a word that was not drawn.
    fileprivate let columns: [Int32]
    /// Added to the logits of each column: the bias minus the logarithm of the probability.
    fileprivate let offsets: [Float]
    fileprivate let packed: PackedMatrices

    /// Copies the current embeddings and biases of the candidates.
    init(_ candidates: WordCandidates, _ parameters: LanguageModelParameters, kernel: GEMMKernel) {
      self.candidates = candidates
      var columns = [Int32](repeating: -1, count: candidates.logProbabilities.count)
      let size = parameters.encoder.embedding.columns
      var rows = Tensor(rows: candidates.ids.count, columns: size)
      for (column, id) in candidates.ids.enumerated() {
        columns[Int(id)] = Int32(column)
        rows.values.replaceSubrange(
          column * size..<(column + 1) * size,
          with: parameters.encoder.embedding.values[Int(id) * size..<(Int(id) + 1) * size])
      }
      self.columns = columns
      offsets = candidates.ids.map {
        parameters.decoderBias.values[Int($0)] - candidates.logProbabilities[Int($0)]
      }
      packed = PackedMatrices(rows, kernel: kernel)
    }
  }

  /// The candidates' embeddings for the products forward, [E][C], and backward, [C][E].
  fileprivate final class PackedMatrices: Sendable {
    let forward: PackedMatrix
    let backward: PackedMatrix

    init(_ rows: Tensor, kernel: GEMMKernel) {
      var forward = PackedMatrix(.right, rows: rows.columns, columns: rows.rows, kernel: kernel)
      forward.pack(rows.values.span, .byColumns, stride: rows.columns)
      self.forward = forward
      var backward = PackedMatrix(.right, rows: rows.rows, columns: rows.columns, kernel: kernel)
      backward.pack(rows.values.span, .byRows, stride: rows.columns)
      self.backward = backward
    }
  }

  /// [tokens][C]; later their gradients.
  private var logits = Tensor(rows: 0, columns: 0)
  /// The candidates' gradients, [C][E].
  private var wordGradients = Tensor(rows: 0, columns: 0)

  /// The sum of the tokens' losses, and the gradient of `scale` times it.
  ///
  /// - Parameters:
  ///   - answers: [tokens][E].
  ///   - answerGradient: receives [tokens][E].
  ///   - gradients: the gradients of the embedding and of the decoder's bias are accumulated.
  mutating func loss(
    _ answers: Tensor, targets: [Int32], words: PackedCandidates, parameters: LanguageModelParameters,
    scale: Float,
    answerGradient: inout Tensor, gradients: inout LanguageModelParameters
  ) -> Double {
    answerGradient.resize(rows: answers.rows, columns: answers.columns)
    wordGradients = Tensor(rows: words.candidates.ids.count, columns: answers.columns)
    var loss = 0.0
    for first in stride(from: 0, to: answers.rows, by: Self.tokensAtOnce) {
      let tokens = first..<min(first + Self.tokensAtOnce, answers.rows)
      logits.resize(rows: tokens.count, columns: words.candidates.ids.count)
      logits.multiply(answers, tokens, by: words.packed.forward, .replacing, at: 0)
      var targetGradients: [Float] = []
      for token in tokens {
        let (tokenLoss, gradient) = turnIntoGradient(
          token - first, answers, token, target: targets[token], words, parameters, scale)
        loss += Double(tokenLoss)
        targetGradients.append(gradient)
      }
      answerGradient.multiply(logits, 0..<tokens.count, by: words.packed.backward, .replacing, at: first)
      addTargets(targetGradients, answers, tokens, targets, parameters, &answerGradient, &gradients)
      addCandidates(answers, tokens, words, &gradients)
    }
    scatter(words, &gradients.encoder.embedding)
    return loss
  }

  /// Replaces a row of logits by the gradient of its scaled loss; returns the loss and the gradient of the target's
  /// logit.
  private mutating func turnIntoGradient(
    _ row: Int, _ answers: Tensor, _ token: Int, target: Int32, _ words: PackedCandidates,
    _ parameters: LanguageModelParameters, _ scale: Float
  ) -> (loss: Float, targetGradient: Float) {
    let (first, count, size) = (row * logits.columns, logits.columns, answers.columns)
    let embedding = parameters.encoder.embedding.values
    let logit =
      TrainingKernels.best.dot(
        answers.values.span.extracting(token * size..<(token + 1) * size),
        embedding.span.extracting(Int(target) * size..<(Int(target) + 1) * size))
      + parameters.decoderBias.values[Int(target)] - words.candidates.logProbabilities[Int(target)]
    let hit = words.columns[Int(target)]
    if hit >= 0 { logits.values[first + Int(hit)] = -.infinity }
    let offsets = words.offsets
    var numbers = logits.values.mutableSpan
    let total = TrainingKernels.best.softmax(
      &numbers, from: first, count: count, bias: offsets.span, beside: logit, scale: scale)
    return (total - logit, scale * (exp(logit - total) - 1))
  }

  /// Adds the gradients from the targets' logits.
  private func addTargets(
    _ targetGradients: [Float], _ answers: Tensor, _ tokens: Range<Int>, _ targets: [Int32],
    _ parameters: LanguageModelParameters, _ answerGradient: inout Tensor,
    _ gradients: inout LanguageModelParameters
  ) {
    let size = answers.columns
    for (gradient, token) in zip(targetGradients, tokens) {
      gradients.decoderBias.values[Int(targets[token])] += gradient
    }
    var answerSums = answerGradient.values.mutableSpan
    var wordSums = gradients.encoder.embedding.values.mutableSpan
    for (gradient, token) in zip(targetGradients, tokens) {
      let target = Int(targets[token])
      TrainingKernels.best.add(
        parameters.encoder.embedding.values.span.extracting(target * size..<(target + 1) * size),
        scale: gradient, to: &answerSums, from: token * size)
      TrainingKernels.best.add(
        answers.values.span.extracting(token * size..<(token + 1) * size), scale: gradient, to: &wordSums,
        from: target * size)
    }
  }

  /// Adds the gradients from the candidates' logits.
  private mutating func addCandidates(
    _ answers: Tensor, _ tokens: Range<Int>, _ words: PackedCandidates,
    _ gradients: inout LanguageModelParameters
  ) {
    let size = answers.columns
    let logits = logits
    wordGradients.multiplyTransposed(
      logits.values.span, columns: logits.columns,
      answers.values.span.extracting(tokens.lowerBound * size..<tokens.upperBound * size), columns: size,
      .adding, kernel: words.packed.forward.kernel)
    var sums = Tensor(rows: 1, columns: logits.columns)
    sums.sumRows(of: logits)
    for (id, sum) in zip(words.candidates.ids, sums.values) { gradients.decoderBias.values[Int(id)] += sum }
  }

  private func scatter(_ words: PackedCandidates, _ embedding: inout Tensor) {
    let size = wordGradients.columns
    var sums = embedding.values.mutableSpan
    for (column, id) in words.candidates.ids.enumerated() {
      TrainingKernels.best.add(
        wordGradients.values.span.extracting(column * size..<(column + 1) * size), to: &sums,
        from: Int(id) * size)
    }
  }
}
