package import AWDLSTM

extension Model {
  /// This classifier with a wide term, in single precision: the network's factor and the constants of the blend are
  /// folded into the head's last layer, the wide term's factor into its weights.
  ///
  /// It replaces any wide term that the model had. Marks keep their odds, as their weights grow with the
  /// temperature.
  ///
  /// - Parameter temperature: the divisor of logits.
  package func adding(_ wide: TrainedWideTerm, temperature: Double) throws(ModelError) -> NewModel {
    let markFactor = Float(temperature / self.architecture.temperature)
    var architecture = architecture
    (architecture.wide, architecture.temperature) = (wide.shape, temperature)
    let last = "head.\(4 * (architecture.headSizes.count - 2) + 2)"
    var tensors: [NamedTensor] = []
    for tensor in try self.tensors() where tensor.name != Architecture.wideWeight {
      switch tensor.name {
      case last + ".weight": tensors.append(tensor.mapped { _, value in value * Float(wide.blend.network) })
      case last + ".bias":
        tensors.append(
          tensor.mapped { label, value in
            value * Float(wide.blend.network) + Float(wide.blend.logits[label])
          })
      case Architecture.markWeight: tensors.append(tensor.mapped { _, value in value * markFactor })
      default: tensors.append(tensor)
      }
    }
    tensors.append(wide.tensor)
    return NewModel(
      architecture: architecture, vocabulary: try tokens(), tensors: tensors, marks: try markList())
  }
}

extension TrainedWideTerm {
  /// [buckets][labels]: added to the logits; with two labels, half of the log-odds for the second and against the
  /// first.
  fileprivate var tensor: NamedTensor {
    guard weights.scores == 1 else {
      return NamedTensor(
        Architecture.wideWeight, sizes: [shape.buckets, weights.scores],
        values: weights.values.map { Float($0 * blend.wide) })
    }
    return NamedTensor(
      Architecture.wideWeight, sizes: [shape.buckets, 2],
      values: weights.values.flatMap { weight in
        let half = Float(weight * blend.wide / 2)
        return [-half, half]
      })
  }
}

extension NamedTensor {
  fileprivate func mapped(_ change: (Int, Float) -> Float) -> NamedTensor {
    NamedTensor(name, sizes: shape.sizes, values: values.enumerated().map(change))
  }
}

extension Network {
  /// The logits of some texts, in their order, [texts][labels], without the wide term.
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
