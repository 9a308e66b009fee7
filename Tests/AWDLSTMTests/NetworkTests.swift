import AWDLSTM
import DefaultModel
import Kernels
import Testing

@Suite("Network")
struct NetworkTests {
  static let names = ["network-tiny", "network-one"]
  static let singlePrecision = KernelSet.available.filter { $0.arithmetic == .fp32 }
  static let rounded = KernelSet.available.filter { $0.arithmetic != .fp32 }

  @Test("The encoder answers as PyTorch, layer by layer", arguments: names, singlePrecision)
  func encoderMatchesPyTorch(name: String, kernels: KernelSet) throws {
    let golden = try GoldenNetwork(name)
    let network = try Network(golden.model(), kernels: kernels, tableBudget: 0)
    let workspace = network.makeWorkspace(rows: golden.tweets.count)
    let batch = golden.batch
    var differences = Differences()
    network.encoder.begin(rows: golden.tweets.count, in: workspace)
    for time in 0..<golden.tweets[0].ids.count {
      if time == workspace.block.time + workspace.block.steps {
        network.encoder.block(
          from: time, ids: batch.ids.span, offsets: batch.offsets.span, in: workspace)
      }
      let first = workspace.block.first[time - workspace.block.time]
      for (row, tweet) in golden.tweets.enumerated() where time < tweet.ids.count {
        for (index, layer) in workspace.layers.enumerated() {
          let name = "rnns.\(index)"
          try differences.compare(
            name, layer.answers, row: first + row, with: tweet.tensors[name]?[time])
        }
      }
    }
    differences.expect(atMost: 1e-6, "\(name), \(kernels)")
  }

  @Test("Pooling and head answer as PyTorch", arguments: names, singlePrecision)
  func headMatchesPyTorch(name: String, kernels: KernelSet) throws {
    let golden = try GoldenNetwork(name)
    let network = try Network(golden.model(), kernels: kernels)
    let workspace = network.makeWorkspace(rows: golden.tweets.count)
    let logits = golden.batch.logits(network, using: workspace)
    var differences = Differences()
    for (row, tweet) in golden.tweets.enumerated() {
      try differences.compare("pooled", workspace.pooled, row: row, with: tweet.tensors["pooled"]?[0])
      for (index, answers) in workspace.head.enumerated() {
        let name = "head.\(index)"
        try differences.compare(name, answers, row: row, with: tweet.tensors[name]?[0])
      }
      let last = try #require(workspace.head.last)
      #expect(logits[row] == (0..<last.columns).map { last[row: row, column: $0] })
    }
    differences.expect(atMost: 1e-5, "\(name), \(kernels)")
  }

  @Test("A tweet alone gives the bits that it gives in a batch of 13", arguments: KernelSet.available)
  func tweetsNeverDependOnTheBatch(kernels: KernelSet) throws {
    let golden = try GoldenNetwork("network-tiny")
    let network = try Network(golden.model(), kernels: kernels)
    let together = golden.batch.logits(network)
    for (row, tweet) in golden.tweets.enumerated() {
      #expect(Batch([tweet.ids]).logits(network) == [together[row]])
    }
  }

  @Test("A used workspace gives the bits of a new one")
  func workspacesForget() throws {
    let golden = try GoldenNetwork("network-tiny")
    let network = try Network(golden.model())
    let workspace = network.makeWorkspace(rows: 20)
    let first = golden.batch.logits(network, using: workspace)
    _ = Batch([[1, 2, 3, 4], [5]]).logits(network, using: workspace)
    #expect(golden.batch.logits(network, using: workspace) == first)
  }

  @Test("No tweets give no logits")
  func emptyBatch() throws {
    let network = try Network(GoldenNetwork("network-tiny").model())
    #expect(Batch([]).logits(network, using: network.makeWorkspace(rows: 1)) == [])
  }

  @Test("Rounded arithmetic answers nearly as single precision", arguments: rounded)
  func roundedIsNear(kernels: KernelSet) throws {
    let golden = try GoldenNetwork("network-tiny")
    let exact = golden.batch.logits(try Network(golden.model()))
    let near = golden.batch.logits(try Network(golden.model(), kernels: kernels))
    for (exact, near) in zip(exact.joined(), near.joined()) { #expect(abs(exact - near) < 0.1) }
    #expect(exact != near)
  }

  @Test("8-bit weights answer nearly as single precision", arguments: KernelSet.available)
  func quantisedIsNear(kernels: KernelSet) throws {
    let golden = try GoldenNetwork("network-tiny")
    let exact = golden.batch.logits(try Network(golden.model(), kernels: .best))
    let near = golden.batch.logits(try Network(golden.model().quantised(), kernels: kernels))
    for (exact, near) in zip(exact.joined(), near.joined()) { #expect(abs(exact - near) < 0.1) }
    #expect(exact != near)
  }

  @Test("8-bit kernels make the same of 8-bit weights as of the numbers these come from")
  func quantisesTheSameTwice() throws {
    let model = try GoldenNetwork("network-tiny").model()
    let batch = try GoldenNetwork("network-tiny").batch
    let kernels = KernelSet.best(.int8)
    #expect(
      batch.logits(try Network(model, kernels: kernels))
        == batch.logits(try Network(model.quantised(), kernels: kernels)))
  }

  @Test("8-bit weights are computed with in 8 bits, others in single precision")
  func choosesKernels() throws {
    let model = try GoldenNetwork("network-tiny").model()
    #expect(try Network(model).kernels == .best(.fp32))
    #expect(try Network(model.quantised()).kernels == .best(.int8))
  }

  @Test("A table of frequent words changes no bit", arguments: KernelSet.available)
  func tableIsExact(kernels: KernelSet) throws {
    let golden = try GoldenNetwork("network-tiny")
    let without = try Network(golden.model(), kernels: kernels, tableBudget: 0)
    // Room for some words and for all.
    for budget in [10 << 10, 1 << 20] {
      let with = try Network(golden.model(), kernels: kernels, tableBudget: budget)
      #expect(golden.batch.logits(with) == golden.batch.logits(without))
    }
  }

  @Test("A workspace for few tokens gives the bits of one for many", arguments: KernelSet.available)
  func roundsNeverMatter(kernels: KernelSet) throws {
    let golden = try GoldenNetwork("network-tiny")
    let network = try Network(golden.model(), kernels: kernels)
    let few = network.makeWorkspace(rows: 13, tokens: 13)
    #expect(golden.batch.logits(network, using: few) == golden.batch.logits(network))
  }

  @Test("Quantising twice changes nothing")
  func quantisedTwice() throws {
    let once = try GoldenNetwork("network-tiny").model().quantised()
    let twice = try once.quantised()
    #expect(bytes(once.weights) == bytes(twice.weights))
  }

  @Test(
    "Layers of few bits answer nearly as single precision, and alike in every 8-bit kernel set",
    arguments: [3, 4, 5, 6])
  func fewBits(bits: Int) throws {
    let golden = try GoldenNetwork("network-tiny")
    let model = try golden.model().quantised(bits: bits)
    #expect(model.bitsOfLayers == bits)
    let exact = golden.batch.logits(try Network(golden.model(), kernels: .best))
    let sets = KernelSet.available.filter { $0.arithmetic == .int8 }
    let answers = try sets.map { golden.batch.logits(try Network(model, kernels: $0)) }
    for (exact, near) in zip(exact.joined(), answers[0].joined()) {
      #expect(abs(exact - near) < 2 / Float(1 << bits))
    }
    // The head is computed in single precision, which sets round differently.
    for answer in answers {
      for (one, other) in zip(answer.joined(), answers[0].joined()) { #expect(abs(one - other) < 1e-6) }
    }
  }

  @Test("Only the layers have fewer bits; rounding twice changes nothing, and 8 bits may be rounded again")
  func fewBitsOfLayers() throws {
    let model = try GoldenNetwork("network-tiny").model()
    let (eight, four) = (try model.quantised(), try model.quantised(bits: 4))
    #expect(model.bitsOfLayers == nil && eight.bitsOfLayers == 8)
    #expect(try four.tensor("encoder.weight") == eight.tensor("encoder.weight"))
    #expect(try bytes(four.quantised(bits: 4).weights) == bytes(four.weights))
    #expect(try bytes(four.quantised().weights) == bytes(four.weights))
    #expect(try eight.quantised(bits: 4).bitsOfLayers == 4)
    #expect(try eight.quantised(bits: 4).tensor("encoder.weight") == eight.tensor("encoder.weight"))
  }

  @Test("Codes of 4 bits that have a byte each are put two to a byte as they are, and answer the same")
  func packsSmallCodes() throws {
    let golden = try GoldenNetwork("network-tiny")
    let four = try golden.model().quantised(bits: 4)
    let spread = try spread(four)
    #expect(spread.bitsOfLayers == 4 && spread.weights.byteCount > four.weights.byteCount)
    #expect(try spread.tensors() == four.tensors())
    #expect(try bytes(spread.quantised(bits: 4).weights) == bytes(four.weights))
    #expect(try bytes(spread.quantised(bits: 5).weights) == bytes(spread.weights))
    for kernels in KernelSet.available {
      #expect(
        try golden.batch.logits(Network(spread, kernels: kernels))
          == golden.batch.logits(Network(four, kernels: kernels)))
    }
  }

  /// The same model with a byte for every code, as before codes shared bytes.
  private func spread(_ model: Model) throws -> Model {
    let contents = try SafeTensors(model.weights)
    var writer = SafeTensorsWriter()
    for (name, tensor) in contents.tensors {
      let bytes = model.weights.bytes(in: tensor.bytes)
      guard tensor.elementType == .uint8 else {
        writer.add(name, tensor.elementType, shape: tensor.shape, bytes: bytes)
        continue
      }
      let columns = try model.tensor(name).shape.sizes[1]
      let rows = stride(from: 0, to: bytes.count, by: tensor.shape[1]).map { row in
        bytes[row..<row + tensor.shape[1]].flatMap { [$0 & 15, $0 >> 4] }.prefix(columns).map { $0 &- 8 }
      }
      writer.add(name, .int8, shape: [rows.count, columns], bytes: Array(rows.joined()))
    }
    return try Model(
      configuration: model.configuration, vocabulary: model.vocabulary,
      weights: ModelFile(name: "spread", bytes: writer.file()))
  }

  @Test("The model that ships loads and answers")
  func defaultModel() throws {
    let model = try DefaultModel.load()
    #expect(model.architecture.labels == ["negative", "neutral", "positive"])
    let logits = Batch([[2, 5, 100, 1650, 33]]).logits(try Network(model))
    // What the single-precision model says of the same tokens, computed in double precision without this code.
    for (logit, expected) in zip(logits[0], [-1.6558, 1.8868, -0.8751]) {
      #expect(abs(Double(logit) - expected) < 0.1)
    }
  }

  private func bytes(_ file: ModelFile) -> [UInt8] {
    file.withBytes { bytes in unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) } }
  }
}
