import Foundation
import Testing

@testable import Scoring
@testable import Tweets

/// An object that has a member `sentiment` already would have two in the output.
@Suite("What our own member takes the place of") struct SupersededTests {
  private func kept(_ line: String, textKeys: [String] = ["text"]) throws -> String {
    let bytes = Array(line.utf8)
    let object = try ScannedObject(scanning: bytes.span, names: TweetNames(texts: textKeys))
    var kept: [UInt8] = []
    var position = 0
    for range in object.superseded {
      kept += bytes[position..<range.lowerBound]
      position = range.upperBound
    }
    return String(decoding: kept + bytes[position...], as: UTF8.self)
  }

  @Test(
    "It goes with one comma, wherever it stands",
    arguments: [
      (#"{"text":"a"}"#, #"{"text":"a"}"#),
      (#"{"sentiment":1,"text":"a"}"#, #"{"text":"a"}"#),
      (#"{"text":"a","sentiment":1}"#, #"{"text":"a"}"#),
      (#"{"id":1,"sentiment":{"a":[1,2]},"text":"a"}"#, #"{"id":1,"text":"a"}"#),
      (#"{ "sentiment" : "x" , "text" : "a" }"#, #"{ "text" : "a" }"#),
      (#"{ "text" : "a" , "sentiment" : null }"#, #"{ "text" : "a" }"#),
      (#"{"sentiment":1,"sentiment":2,"text":"a"}"#, #"{"text":"a"}"#),
      (#"{"sentiment":1,"text":"a","sentiment":2,"sentiment":3}"#, #"{"text":"a"}"#),
      (#"{"sentiment":1,"sentiment":2,"a":0,"sentiment":3,"text":"a"}"#, #"{"a":0,"text":"a"}"#),
      (#"{"sentim\u0065nt":1,"text":"a"}"#, #"{"text":"a"}"#),
    ])
  func leavesOut(line: String, rest: String) throws {
    #expect(try kept(line) == rest)
  }

  @Test(
    "Members of the same name further inside stay, and so does the text",
    arguments: [
      #"{"text":"a","user":{"sentiment":1}}"#, #"{"data":{"sentiment":1,"text":"a"}}"#,
      #"{"text":"a","Sentiment":1}"#, #"{"text":"sentiment"}"#,
    ])
  func keeps(line: String) throws {
    #expect(try kept(line) == line)
  }

  @Test("A member that holds the text stays")
  func keepsText() throws {
    #expect(try kept(#"{"sentiment":"a"}"#, textKeys: ["sentiment"]) == #"{"sentiment":"a"}"#)
    let inside = #"{"sentiment":{"text":"a"}}"#
    #expect(try kept(inside, textKeys: ["sentiment.text"]) == inside)
  }

  @Test("A member that is left out is no text, although it has the text's name in another case")
  func leavesNoText() throws {
    #expect(throws: Rejection.self) { try kept(#"{"sentiment":"a"}"#, textKeys: ["Sentiment"]) }
    let line = #"{"Sentiment":"a","sentiment":"b"}"#
    #expect(try kept(line, textKeys: ["Sentiment"]) == #"{"Sentiment":"a"}"#)
  }

  @Test("All arrangements of four members are objects without it")
  func arrangements() throws {
    let members = [#""sentiment":1"#, #""text":"a""#, #""data":{"sentiment":2,"text":"b"}"#, #""n":[]"#]
    for code in 0..<256 {
      let chosen = (0..<4).map { members[code >> (2 * $0) & 3] }
      guard chosen.contains(members[1]) else { continue }
      let rest = try kept("{" + chosen.joined(separator: " ,\t") + "}")
      let expected = chosen.filter { $0 != members[0] }
      #expect(rest.filter { $0 != " " && $0 != "\t" } == "{" + expected.joined(separator: ",") + "}")
    }
  }
}

@Suite("A table's columns as members") struct ColumnNamesTests {
  private func object(_ header: String, _ row: String, textColumn: Int? = nil) throws -> String {
    var options = ReadingOptions()
    options.textColumn = textColumn
    let header = try DelimitedHeader(
      record: Array(header.utf8).span, delimiter: UInt8(ascii: ","), options: options)
    var json: [UInt8] = []
    header.render(Array(row.utf8).span, appendingTo: &json)
    return String(decoding: json, as: UTF8.self) + "}"
  }

  @Test("No name comes twice")
  func distinct() throws {
    #expect(try object("text,id,text", "a,1,b") == #"{"text":"a","id":"1","column_3":"b"}"#)
    #expect(try object("text,text,column_2", "a,b,c") == #"{"text":"a","column_2_":"b","column_2":"c"}"#)
    #expect(try object("text,column_3", "a,b,c") == #"{"text":"a","column_3":"b","column_3_":"c"}"#)
  }

  @Test("Names are told apart in one pass, be there a hundred thousand of them")
  func manyColumns() throws {
    let record = Array(("text" + String(repeating: ",", count: 100_000)).utf8)
    let header = try DelimitedHeader(record: record.span, delimiter: UInt8(ascii: ","))
    #expect(header.width == 100_001)
    #expect(header.name(ofColumn: 1) == Array("\"\"".utf8))
    #expect(header.name(ofColumn: 2) == Array(#""column_3""#.utf8))
    #expect(header.name(ofColumn: 100_000) == Array(#""column_100001""#.utf8))
  }

  @Test("A column named sentiment is left out")
  func superseded() throws {
    #expect(try object("sentiment,text", "x,a") == #"{"text":"a"}"#)
    #expect(try object("text,sentiment,id", "a,x,1") == #"{"text":"a","id":"1"}"#)
    #expect(try object("text,sentiment,sentiment", "a,x,y") == #"{"text":"a","column_3":"y"}"#)
  }

  @Test("A column named sentiment that holds the text is named after its place")
  func textIsSentiment() throws {
    #expect(try object("id,sentiment", "1,a", textColumn: 2) == #"{"id":"1","column_2":"a"}"#)
  }
}
