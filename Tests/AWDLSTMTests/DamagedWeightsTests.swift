import AWDLSTM
import TestSupport
import Testing

@Suite("Damaged model.safetensors")
struct DamagedWeightsTests {
  /// A change to the header and what the error must say.
  struct Damage: CustomTestStringConvertible, Sendable {
    let part: String
    let replacement: String
    let message: String

    init(_ part: String, _ replacement: String, _ message: String) {
      self.part = part
      self.replacement = replacement
      self.message = message
    }

    var testDescription: String { "\(part) → \(replacement.prefix(40))" }
  }

  @Test("The undamaged model loads")
  func undamaged() throws {
    _ = try ModelText().model()
  }

  @Test(
    "A damaged header is refused in words that say what is wrong",
    arguments: [
      // Shapes and types.
      Damage("[2,1]", "[1,2]", "tensor 'encoder.weight': expected F32 or I8 [2, 1], found F32 [1, 2]"),
      Damage("[2,1]", "[2]", "expected F32 or I8 [2, 1], found F32 [2]"),
      Damage("[2,1]", "[3,1]", "expected as many bytes as F32 [3, 1] takes, found 8"),
      Damage("[2,1]", "[2,1,1]", "expected F32 or I8 [2, 1], found F32 [2, 1, 1]"),
      Damage("[2,1]", "[-2,-1]", "shape: whole numbers that are not negative"),
      Damage("[2,1]", "[2.0,1]", "shape: whole numbers"),
      Damage("[2,1]", "[4294967296,4294967296]", "as many bytes as"),
      Damage("[2,1]", "[9223372036854775807,1]", "as many bytes as"),
      Damage("[2,1]", "[99999999999999999999,1]", "shape: whole numbers"),
      Damage("[2,1]", "{}", "shape: an array"),
      Damage("\"F32\"", "\"F64\"", "tensor 'encoder.weight': expected dtype F32, I8 or U8, found 'F64'"),
      Damage("\"F32\"", "\"BF16\"", "dtype F32, I8 or U8"),
      Damage("\"F32\"", "\"f32\"", "dtype F32, I8 or U8"),
      Damage("\"F32\"", "7", "dtype F32, I8 or U8"),
      Damage("\"dtype\"", "\"type\"", "the keys dtype, shape, data_offsets"),
      // Byte ranges.
      Damage("[0,8]", "[0,4]", "as many bytes as F32 [2, 1] takes, found 4"),
      Damage("[0,8]", "[8,0]", "in this order"),
      Damage("[0,8]", "[-8,0]", "not negative"),
      Damage("[0,8]", "[0]", "[begin, end]"),
      Damage("[0,8]", "[4,12]", "expected data from byte 0, where the one before ends, found from byte 4"),
      Damage("[8,20]", "[0,12]", "where the one before ends"),
      Damage("[136,152]", "[9223372036854775791,9223372036854775807]", "data within the file"),
      Damage("[136,152]", "[1099511627776,1099511627792]", "where the one before ends"),
      Damage("[136,152]", "[137,153]", "where the one before ends"),
      // Names.
      Damage(
        "encoder.weight", "encoder.weights",
        "tensor 'encoder.weight': expected F32 or I8 [2, 1], found no such"),
      Damage("head.0.running_var", "head.0.running_vat", "'head.0.running_var'"),
      Damage(
        "rnns.0.bias_hh_l0", "rnns.0.bias_ih_l0", "expected each key once, found 'rnns.0.bias_ih_l0' again"),
      Damage(
        "{", #"{"extra":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"#,
        "tensor 'extra': expected no such"),
      Damage(
        "{", #"{"\u0000\n\u001b[2J":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"#, #"'\0\n\u{1B}[2J'"#),
      Damage("{", #"{"\#(String(repeating: "ñ", count: 300))":{},"#, "ñ…'"),
      // JSON.
      Damage("{", "[", "header, byte"),
      Damage("{", "", "header, byte"),
      Damage("{", "{,", "header, byte 1"),
      Damage("{", "{\"\\ud800\\u0041\":1,", "half of a surrogate pair"),
      Damage("{", "{\"\\ud800\":1,", "half of a surrogate pair"),
      Damage("{", "{\"\\udc00\":1,", "half of a surrogate pair"),
      Damage("{", "{\"\\x\":1,", "an escape"),
      Damage("\"pt\"", "1", "__metadata__: expected an object of texts"),
      Damage("\"pt\"", String(repeating: "[", count: 100_000), "at most 8 levels"),
      Damage("\"pt\"", String(repeating: "{\"a\":", count: 100_000), "at most 8 levels"),
      Damage("[2,1]", "[" + String(repeating: "1,", count: 100_001) + "1]", "at most 100000 values"),
      Damage("[2,1]", "[02,1]", "header, byte"),
      Damage("[2,1]", "[2,1", "header, byte"),
      Damage("[2,1]", "[2 1]", "header, byte"),
      Damage("[2,1]", "[+2,1]", "header, byte"),
      Damage("[2,1]", "[NaN,1]", "header, byte"),
    ])
  func damagedHeader(damage: Damage) throws {
    var text = try ModelText()
    text.header = text.header.replacingFirst(damage.part, with: damage.replacement)
    let error = #expect(throws: ModelError.self) { try text.model() }
    let description = try #require(error).description
    #expect(description.contains(damage.message), "\(description)")
    #expect(description.hasPrefix("model.safetensors: "))
    #expect(!description.unicodeScalars.contains { $0.value < 32 }, "one line without control characters")
    #expect(description.utf8.count < 1_000)
  }

  @Test(
    "Two codes to a byte are refused where they are not ±7, too many or without scales",
    arguments: [
      Damage("\"U8\",\"shape\":[4,1]", "\"U8\",\"shape\":[2,2]", "expected U8 [4, 1], found U8 [2, 2]"),
      Damage(
        "\"U8\",\"shape\":[4,1]", "\"I8\",\"shape\":[2,2]", "expected F32 or I8 [4, 1], found I8 [2, 2]"),
      Damage("weight_hh_l0.scale", "weight_hh_l0.scales", "expected F32 [4], found no such tensor"),
      Damage(
        "\"I8\",\"shape\":[2,1]", "\"U8\",\"shape\":[2,1]", "expected F32 or I8 [2, 1], found U8 [2, 1]"),
    ])
  func damagedNibbles(damage: Damage) throws {
    var text = try ModelText(GoldenNetwork("network-one").model().quantised(bits: 4))
    _ = try text.model()
    text.header = text.header.replacingFirst(damage.part, with: damage.replacement)
    let error = #expect(throws: ModelError.self) { try text.model() }
    #expect(try #require(error).description.contains(damage.message), "\(error?.description ?? "")")
  }

  @Test("A code of -8, and one behind the last column, are refused with their row", arguments: [0, 1, 2, 3])
  func wrongNibbles(row: Int) throws {
    // The last tensor of the file: four rows of one column, so that each has half a byte left over.
    for byte: UInt8 in [0x80, 0x98, 0x00] {
      var text = try ModelText(GoldenNetwork("network-one").model().quantised(bits: 4))
      text.data[text.data.count - 4 + row] = byte
      let error = #expect(throws: ModelError.self) { try text.model() }
      #expect(error?.place == "tensor 'rnns.0.weight_ih_l0'")
      #expect(error?.found == "-8, or a code behind the last column, in row \(row)")
    }
  }

  @Test("A file cut short anywhere is refused")
  func truncated() throws {
    let text = try ModelText()
    let weights = text.weights
    for length in 0..<weights.count {
      #expect(throws: ModelError.self, "cut to \(length) bytes") {
        try text.model(weights: Array(weights.prefix(length)))
      }
    }
  }

  @Test("A header cut short at any byte, and said to end there, is refused")
  func truncatedHeader() throws {
    var text = try ModelText()
    let header = text.header.drop { $0 == " " }
    let meaning = header.utf8.count - header.reversed().prefix { $0 == " " }.count
    for length in 0..<meaning {
      text.header = String(header.prefix(length))
      #expect(throws: ModelError.self, "cut to \(length) bytes") { try text.model() }
    }
  }

  @Test("Bytes behind the last tensor are refused")
  func trailingBytes() throws {
    var text = try ModelText()
    text.data.append(0)
    let error = #expect(throws: ModelError.self) { try text.model() }
    #expect(try #require(error).expected.hasSuffix("bytes, as the header says"))
  }

  @Test(
    "A header length that cannot be is refused before anything is allocated",
    arguments: [UInt64.max, UInt64(Int64.max), 1 << 40, 100_000_001, 100_000_000, 2_000])
  func headerLength(length: UInt64) throws {
    var text = try ModelText()
    text.statedLength = length
    let error = #expect(throws: ModelError.self) { try text.model() }
    #expect(error?.place == "header length")
  }

  @Test("An infinity or NaN in any tensor is refused", arguments: [Float.infinity, -.infinity, .nan])
  func notFinite(value: Float) throws {
    let text = try ModelText()
    for element in 0..<text.data.count / 4 {
      var damaged = text
      damaged.set(value, at: element)
      let error = #expect(throws: ModelError.self, "element \(element)") { try damaged.model() }
      #expect(error?.found.hasPrefix("infinity or NaN at element") == true)
    }
  }

  @Test("A negative variance is refused")
  func negativeVariance() throws {
    var text = try ModelText()
    text.set(-1, at: 32 / 4)
    let error = #expect(throws: ModelError.self) { try text.model() }
    #expect(error?.place == "tensor 'head.0.running_var'")
  }

  @Test("A head that could overflow is refused")
  func overflowingHead() throws {
    var text = try ModelText()
    for element in 64 / 4..<88 / 4 { text.set(3e38, at: element) }
    let model = try text.model()
    #expect(throws: ModelError.self) { try Network(model) }
  }

  @Test("A head whose weights overflow is refused even where all that they multiply is 0")
  func overflowingWeights() throws {
    let golden = try GoldenNetwork("network-tiny").model()
    let tensors = try golden.tensors().map { tensor -> NamedTensor in
      let value: Float? =
        switch tensor.name {
        // The first block answers 0 to everything.
        case "head.2.weight", "head.2.bias", "head.4.running_mean", "head.4.bias": 0
        case "head.4.weight", "head.6.weight": 1e38
        default: nil
        }
      let values = value.map { [Float](repeating: $0, count: tensor.values.count) } ?? tensor.values
      return NamedTensor(tensor.name, sizes: tensor.shape.sizes, values: values)
    }
    let damaged = NewModel(
      architecture: golden.architecture, vocabulary: try golden.tokens(), tensors: tensors)
    try withTemporaryDirectory { directory in
      try damaged.write(to: directory + "/model")
      let model = try Model(directory: directory + "/model")
      let error = #expect(throws: ModelError.self) { try Network(model) }
      #expect(error?.place == "tensor 'head.6.weight'")
    }
  }

  @Test("8-bit weights without their scales are refused")
  func missingScales() throws {
    var text = try ModelText()
    text.header = text.header.replacingFirst(
      #""encoder.weight":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}"#,
      with: """
        "encoder.weight":{"dtype":"I8","shape":[2,1],"data_offsets":[0,2]},\
        "other":{"dtype":"I8","shape":[6],"data_offsets":[2,8]}
        """)
    let error = #expect(throws: ModelError.self) { try text.model() }
    #expect(error?.place == "tensor 'encoder.weight.scale'")
  }

  @Test("Random damage gives an error or a model that answers in numbers")
  func randomDamage() throws {
    let text = try ModelText()
    let weights = text.weights
    var random = SeededGenerator(seed: 5)
    for _ in 0..<300 {
      var damaged = weights
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        damaged[Int.random(in: 0..<damaged.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      // Any other way to fail ends the test, and the process.
      do throws(ModelError) {
        let network = try Network(text.model(weights: damaged))
        for logit in Batch([[1, 0, 1], [0]]).logits(network).joined() { #expect(logit.isFinite) }
      } catch {
        #expect(error.file == "model.safetensors")
      }
    }
  }

  @Test("Random bytes are refused")
  func randomBytes() throws {
    let text = try ModelText()
    var random = SeededGenerator(seed: 9)
    for length in 0..<200 {
      let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
      #expect(throws: ModelError.self) { try text.model(weights: bytes) }
    }
  }
}

extension ModelText {
  /// Sets one single-precision number of the data.
  mutating func set(_ value: Float, at element: Int) {
    for byte in 0..<4 { data[4 * element + byte] = UInt8(truncatingIfNeeded: value.bitPattern >> (8 * byte)) }
  }
}
