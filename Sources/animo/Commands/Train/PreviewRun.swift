import Datasets
import TweetText

/// One run of `animo train preview`.
struct PreviewRun {
  private let command: Train.Preview

  init(_ command: Train.Preview) {
    self.command = command
  }

  /// - Returns: the preview as text.
  func run() throws -> String {
    let corpus = try command.corpus.reading.corpus(command.positive + command.negative + command.corpora)
    let labels: [TextClass?] =
      command.positive.map { _ in .positive } + command.negative.map { _ in .negative }
      + command.corpora.map { _ in nil }
    let bar = CorpusBar()
    defer { bar.clear() }
    let preview = try CorpusPreview(
      of: corpus, labels: labels,
      vocabulary: try command.vocabulary.map { try VocabularyFile(path: $0).read() }, options,
      onProgress: bar.update)
    bar.clear()
    CorpusReading.tellOfRejected(preview.counts)
    return report(preview)
  }

  private var options: CorpusPreview.Options {
    var options = CorpusPreview.Options()
    (options.shown, options.batch, options.length) = (command.rows, command.batch, command.length)
    options.cleaning = command.clean
    options.split.validationShare = command.validation
    options.split.seed = command.seed
    options.split.keepsNearDuplicatesTogether = command.nearDuplicates
    return options
  }

  private func report(_ preview: CorpusPreview) -> String {
    let counts = preview.counts.files.map { [NumberText.grouped($0.texts), $0.name] }
    return TextTable(columns: [.right, .left]).text(counts) + """

      \(NumberText.grouped(preview.split.training)) texts for training, \
      \(NumberText.grouped(preview.split.validation)) for validation; \
      kept together: \(NumberText.grouped(preview.split.grouped)) \
      (groups: \(NumberText.grouped(preview.split.groups)), moved: \(NumberText.grouped(preview.split.moved)))
      \(NumberText.grouped(preview.tokens)) tokens for training, \
      \(NumberText.grouped(preview.vocabularySize)) in the vocabulary

      for training
      \(examples(preview.training))
      for validation
      \(examples(preview.validation))
      the first \(preview.rows.count) of \(preview.batch) rows of a minibatch
      \(TextTable(columns: [.right, .left]).text(rows(preview)))
      """
  }

  private func examples(_ examples: [CorpusPreview.Example]) -> String {
    let rows = examples.map { ["", $0.label ?? "", $0.tokens.joined(separator: " ")] }
    let hasLabels = examples.contains { $0.label != nil }
    return hasLabels
      ? TextTable(columns: [.left, .left, .left]).text(rows)
      : TextTable(columns: [.left, .left]).text(rows.map { [$0[0], $0[2]] })
  }

  private func rows(_ preview: CorpusPreview) -> [[String]] {
    preview.rows.enumerated().map { ["  \($0)", $1.joined(separator: " ")] }
  }
}
