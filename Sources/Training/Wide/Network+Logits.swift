internal import AWDLSTM

extension Network {
  /// The logits of some texts in their order, [texts][labels], without those of a wide term.
  func logits(of texts: [[Int32]]) -> [[Float]] {
    let labels = architecture.labels.count
    let workspace = makeWorkspace(rows: preferredRows)
    let order = texts.indices.sorted { (-texts[$0].count, $0) < (-texts[$1].count, $1) }
    var answers = [[Float]](repeating: [], count: texts.count)
    for start in stride(from: 0, to: order.count, by: preferredRows) {
      let rows = order[start..<min(start + preferredRows, order.count)]
      var (ids, offsets): ([Int32], [Int]) = ([], [0])
      for text in rows {
        ids += texts[text]
        offsets.append(ids.count)
      }
      var logits = [Float](repeating: 0, count: rows.count * labels)
      var span = logits.mutableSpan
      classify(ids: ids.span, offsets: offsets.span, using: workspace, logits: &span)
      for (row, text) in rows.enumerated() {
        answers[text] = Array(logits[row * labels..<(row + 1) * labels])
      }
    }
    return answers
  }
}
