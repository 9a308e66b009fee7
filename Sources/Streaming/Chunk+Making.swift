extension Chunk {
  /// A chunk that has been labelled already: what a sink gets.
  package init(labels: [UInt8], rejects: [UInt8] = [], segments: [Segment]) {
    self.labels = labels
    self.rejects = rejects
    self.segments = segments
  }
}

extension Chunk.Segment {
  /// A segment without lines that ends its input, where the reader has left none to be marked.
  ///
  /// - Parameters:
  ///   - labels: how many labels the model has.
  ///   - line: how many lines the chunk holds before it.
  package init(endOf input: Int, labels: Int, after line: Int = 0) {
    self.init(
      input: input, format: .text, origin: nil, lines: line..<line, isLast: true, tally: Tally(labels: labels)
    )
  }
}
