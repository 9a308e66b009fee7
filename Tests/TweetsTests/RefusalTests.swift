import Testing

@testable import Tweets

@Suite("Inputs that are refused as a whole") struct RefusalTests {
  private func refusal(_ bytes: [UInt8]) -> String? { ContentSniffer.refusal(for: bytes.span) }

  @Test("NUL bytes beside bytes that are not UTF-8 are binary; either alone is not")
  func binary() {
    #expect(refusal([0x00, 0x61, 0xFF, 0x62])?.hasPrefix("this is not text") == true)
    #expect(refusal(Array("a\0b".utf8)) == nil)
    #expect(refusal([0x61, 0xF1, 0x6F]) == nil)
    #expect(refusal(Array("hola\n".utf8) + [0x00, 0xFF]) == nil)
  }

  @Test("A character that is cut by the end of what is looked at is not ill-formed")
  func cutCharacter() {
    for length in 506...512 {
      let text = [0] + Array(repeating: UInt8(ascii: "a"), count: length - 1) + Array("😀😀".utf8)
      #expect(refusal(text) == nil)
    }
  }

  @Test("A tar archive is refused, whatever it holds and is called")
  func tar() {
    var archive = [UInt8](repeating: 0, count: 512)
    archive.replaceSubrange(0..<12, with: Array("tweets.jsonl".utf8))
    archive.replaceSubrange(257..<262, with: Array("ustar".utf8))
    archive += Array("{\"text\":\"hola\"}\n".utf8)
    let contents = archive
    #expect(refusal(contents)?.hasSuffix("unpack it first: tar -xf") == true)
    for name in ["a.jsonl", "a.txt", "a.csv", "a.tar"] {
      #expect(throws: InputError.self) {
        var reader = RecordReader(contents: contents, name: name, input: 0, options: .init())
        var chunk = Chunk()
        _ = try reader.read(into: &chunk, upTo: ChunkLimit(lines: 10))
      }
    }
    let text = Array(repeating: UInt8(ascii: "a"), count: 257) + Array("ustar".utf8)
    #expect(refusal(text) == nil)
  }

  @Test("A RAR archive is refused by name, a text that begins like one is not")
  func rar() {
    #expect(refusal(Array("Rar!".utf8) + [0x1A, 0x07, 0x01, 0x00])?.hasSuffix("unrar x") == true)
    #expect(refusal(Array("Rar! qué risa\n".utf8)) == nil)
  }

  @Test("UTF-32 is not taken for UTF-16")
  func utf32() {
    #expect(refusal([0xFF, 0xFE, 0, 0, 0x61, 0, 0, 0])?.contains("UTF-32") == true)
    #expect(refusal([0x61, 0, 0x62, 0])?.contains("iconv -f UTF-16LE") == true)
    #expect(refusal([0, 0x61, 0, 0x62])?.contains("iconv -f UTF-16BE") == true)
  }
}
