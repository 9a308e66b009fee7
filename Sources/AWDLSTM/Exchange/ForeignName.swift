/// The role of a tensor of fastai 1, fastai 2 or animo, derived from its name.
///
/// fastai puts the encoder first, as module `0`, in a classifier inside `module`; the decoder or the head is module
/// `1`. An LSTM layer inside its weight drop is `module`, next to it the weights before dropout end in `_raw`.
/// Source: fastai 1 and 2, `AWD_LSTM`, `WeightDropout`, `LinearDecoder`, `PoolingLinearClassifier`.
enum ForeignName: Equatable {
  /// Our name for it.
  case tensor(String)
  /// The original weights of an LSTM layer's states, before dropout.
  case weightsBeforeDropout(of: String)
  /// Weights that are tied to those of our name.
  case copy(of: String)
  /// A parameter of a module of the head. fastai 1 numbers modules `[n]`, fastai 2 `[block, n]`.
  case head(module: [Int], parameter: String)
  /// Nothing that a network needs to answer.
  case ignored
  case unknown

  init(_ name: String) {
    var parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if parts.starts(with: ["0", "module"]) {
      parts.removeFirst(2)
    } else if parts.first == "0" || parts.first == "1" {
      parts.removeFirst()
    }
    switch (parts.first, parts.last) {
    case ("layers", let parameter?), ("head", let parameter?):
      self = Self.ofHead(parts.dropFirst().dropLast(), parameter)
    case ("rnns", let parameter?): self = Self.ofLayer(parts.dropFirst().dropLast(), parameter)
    default:
      switch parts.joined(separator: ".") {
      case "encoder.weight": self = .tensor("encoder.weight")
      case "decoder.bias", "wide.weight", "marks.weight": self = .tensor(parts.joined(separator: "."))
      case "encoder_dp.emb.weight", "decoder.weight": self = .copy(of: "encoder.weight")
      default: self = .unknown
      }
    }
  }

  private static func ofLayer(_ path: ArraySlice<String>, _ parameter: String) -> ForeignName {
    guard let layer = path.first.flatMap({ Int($0) }), path.dropFirst().allSatisfy({ $0 == "module" }) else {
      return .unknown
    }
    switch parameter {
    case "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0":
      return .tensor("rnns.\(layer).\(parameter)")
    case "weight_hh_l0_raw": return .weightsBeforeDropout(of: "rnns.\(layer).weight_hh_l0")
    default: return .unknown
    }
  }

  private static func ofHead(_ path: ArraySlice<String>, _ parameter: String) -> ForeignName {
    let module = path.compactMap { Int($0) }
    guard !module.isEmpty, module.count == path.count else { return .unknown }
    switch parameter {
    case "weight", "bias", "running_mean", "running_var": return .head(module: module, parameter: parameter)
    case "num_batches_tracked": return .ignored
    default: return .unknown
    }
  }
}
