import Testing

@testable import JSON

@Suite struct JSONScannerTests {
  private func scan(_ text: String) throws(JSONError) -> JSONScanner.Kind {
    let bytes = Array(text.utf8)
    var scanner = JSONScanner()
    let kind = try scanner.skipValue(in: bytes.span)
    try scanner.end(in: bytes.span)
    return kind
  }

  @Test(
    "Every form of value passes",
    arguments: [
      "0", "-0", "1.5", "-12e+7", "1E-2", "true", "false", "null", "\"\"", "\"a\\u00e9\\n\\\"\"", "[]", "[1]",
      "[1,[2,[]],{}]", "{}", "{\"a\":1}", " { \"a\" : [ 1 , 2 ] , \"b\" : { \"c\" : null } } ",
      "\"\\ud83d\"", "[\"\",{\"\":\"\"}]",
    ])
  func passes(_ text: String) throws {
    _ = try scan(text)
  }

  @Test(
    "What is not JSON is refused",
    arguments: [
      "", " ", "nul", "tru e", "01", "1.", ".5", "-", "1e", "+1", "0x1", "NaN", "\"", "\"a", "\"\\\"",
      "\"\\x\"",
      "\"\\u12\"", "\"\\u12g4\"", "\"a\tb\"", "[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "]", "{", "{\"a\"",
      "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,}", "{a:1}", "{1:2}", "{\"a\" 1}",
      "{\"a\":1 \"b\":2}",
      "{\"a\":1}}", "[1]]", "1 2", "[}", "{]", "'a'", "{\"a\":1;}", "\u{FEFF}1", "[1}", "{\"a\":[1}",
    ])
  func refuses(_ text: String) {
    #expect(throws: JSONError.self) { try scan(text) }
  }

  @Test("64 levels pass and 65 do not")
  func limitsDepth() throws {
    _ = try scan(String(repeating: "[", count: 64) + String(repeating: "]", count: 64))
    let deep = String(repeating: "{\"a\":", count: 65) + "1" + String(repeating: "}", count: 65)
    do {
      _ = try scan(deep)
      Issue.record("65 levels passed")
    } catch {
      #expect(error.problem == .nestingTooDeep(limit: 64))
    }
  }

  @Test("A million opening brackets are refused without exhausting anything")
  func refusesBracketBomb() {
    #expect(throws: JSONError.self) { try scan(String(repeating: "[", count: 1_000_000)) }
  }

  @Test("Errors say where")
  func saysWhere() {
    do {
      _ = try scan("{\"a\":1,\"b\" 2}")
      Issue.record("passed")
    } catch {
      #expect(error.description == "byte 11: expected ':'")
    }
  }

  @Test("Every prefix of an object is refused, and the whole passes")
  func refusesPrefixes() throws {
    let whole = #"{"id":12,"a":[true,false,null,-1.5e3,"x\u00e1\\"],"text":"hola"}"#
    _ = try scan(whole)
    for length in 0..<whole.utf8.count {
      #expect(throws: JSONError.self) { try scan(String(whole.prefix(length))) }
    }
  }
}

@Suite struct JSONStringTests {
  private func decode(_ text: String) -> (String, Bool) {
    let bytes = Array(text.utf8)
    var output: [UInt8] = []
    let hadLoneSurrogate = JSONString.decode(0..<bytes.count, of: bytes.span, appendingTo: &output)
    return (String(decoding: output, as: UTF8.self), hadLoneSurrogate)
  }

  @Test("Escapes mean what RFC 8259 says")
  func decodesEscapes() {
    #expect(decode(#"\"\\\/\b\f\n\r\t\u00f1"#) == ("\"\\/\u{8}\u{C}\n\r\tñ", false))
  }

  @Test("A surrogate pair is one character")
  func joinsPairs() {
    #expect(decode(#"\ud83d\ude00"#) == ("😀", false))
    #expect(decode(#"\uD83D\uDE00x"#) == ("😀x", false))
  }

  @Test(
    "Half a pair becomes U+FFFD and is reported",
    arguments: [#"\ud83d"#, #"\ude00"#, #"\ud83dx"#, #"\ud83d\n"#, #"\ud83d\u0041"#, #"\ud83d\ud83d\ude00"#])
  func replacesHalves(_ text: String) {
    let (decoded, hadLoneSurrogate) = decode(text)
    #expect(hadLoneSurrogate)
    #expect(decoded.contains("\u{FFFD}"))
  }

  @Test("What is encoded decodes to itself", arguments: ["", "a\"b\\c", "\u{0}\u{1F}\n\t", "ñ😀\u{2028}"])
  func roundTrips(_ text: String) {
    var encoded: [UInt8] = []
    JSONString.encode(Array(text.utf8).span, appendingTo: &encoded)
    #expect(decode(String(decoding: encoded.dropFirst().dropLast(), as: UTF8.self)) == (text, false))
  }
}
