internal import AWDLSTM
package import Sentiment
package import Statistics
internal import Synchronization
package import Tweets

/// Labels a few tweets at once, on the calling thread: the answers of the pipeline, to the byte, without a pipeline.
///
/// May be called from any number of threads; they wait for one another.
package final class Scorer: Sendable {
  /// The answer for one text.
  package struct Answer: Equatable, Sendable {
    /// What is said, as its place in the engine's labels; nil where there is nothing to judge and no label for that.
    package let label: Int?
    /// The probability of each of the engine's answers, in millionths; they add up to 1,000,000.
    package let probabilities: [Int32]
    /// What is worth knowing of the text.
    package let flags: TextFlags
  }

  /// What it labels with.
  package let engine: ScoringEngine

  private let worker: Mutex<ChunkScorer>

  /// A chunk has no more lines, however long the input is.
  private static let limit = ChunkLimit(lines: 512)

  /// A scorer that answers as `engine` does.
  package init(_ engine: ScoringEngine) {
    self.engine = engine
    worker = Mutex(ChunkScorer(engine, companion: Companion()))
  }

  /// The answers for some texts, in their order.
  package func answers(to texts: some Sequence<String>) -> [Answer] {
    var chunk = Chunk(texts: texts)
    return worker.withLock { worker in
      var scored = ScoredChunk()
      worker.score(&chunk, into: &scored)
      return worker.answers()
    }
  }

  /// The lines to be written for an input that is in memory, and what they amount to.
  ///
  /// The input is read as a file of that name would be: it may be compressed, and its format is told as there.
  /// - Parameters:
  ///   - format: the format, in place of the engine's choice.
  ///   - goesOn: is told after each chunk that is not the last what has become of the lines so far, and says whether
  ///     to label the next.
  /// - Throws: `InputError` when it is not tweets.
  package func label(
    _ contents: [UInt8], named name: String, as format: InputFormat? = nil,
    while goesOn: (Counts) -> Bool = { _ in true }
  ) throws(InputError) -> (lines: [UInt8], Counts) {
    var options = engine.reading
    options.format = format ?? options.format
    var reader = RecordReader(contents: contents, name: name, input: 0, options: options)
    var (chunk, scored) = (Chunk(), ScoredChunk())
    var (lines, counts) = ([UInt8](), Counts(ofLines: engine.labels))
    var outcome = RecordReader.Outcome.goingOn
    repeat {
      chunk.removeAll()
      outcome = try reader.read(into: &chunk, upTo: Self.limit)
      worker.withLock { $0.score(&chunk, into: &scored) }
      lines += scored.labels
      for segment in scored.segments { counts += segment.counts }
      if engine.rendering.badLines == .stop, scored.firstRejection != nil { break }
    } while outcome != .ended && goesOn(counts)
    return (lines, counts)
  }
}
