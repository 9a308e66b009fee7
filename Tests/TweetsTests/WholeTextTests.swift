import Testing

@testable import Tweets

@Suite("Which text of a tweet is the tweet's") struct WholeTextTests {
  private struct Answer {
    var text: String
    var place: String
    var id: String?
    var tweet: LocatedTweet
  }

  private func locate(
    _ json: String, _ change: (inout ReadingOptions) -> Void = { _ in }
  ) throws(Rejection) -> Answer {
    var options = ReadingOptions()
    change(&options)
    var bytes = Array(json.utf8)
    var text: [UInt8] = []
    let line = TweetLine(number: 1, offset: 0, length: bytes.count, range: 0..<bytes.count, rejection: nil)
    let tweet = try TweetLocator(options: options).locate(
      line, as: .object, in: &bytes, appendingTextTo: &text)
    return Answer(
      text: String(decoding: text, as: UTF8.self), place: tweet.place.name,
      id: tweet.id.map { String(decoding: bytes[$0], as: UTF8.self) }, tweet: tweet)
  }

  private func reason(_ json: String) -> Rejection.Reason? {
    do { _ = try locate(json) } catch { return error.reason }
    return nil
  }

  @Test(
    "The whole text wins over one that is cut off, wherever it stands and in whatever order",
    arguments: [
      (#"{"text":"cut","full_text":"whole"}"#, ""), (#"{"full_text":"whole","text":"cut"}"#, ""),
      (#"{"text":"cut","truncated":true,"extended_tweet":{"full_text":"whole"}}"#, "extended_tweet"),
      (#"{"note_tweet":{"text":"whole"},"text":"cut"}"#, "note_tweet"),
      (#"{"data":{"text":"cut","note_tweet":{"text":"whole"}}}"#, "note_tweet"),
      (#"{"note_tweet":{"note_tweet_results":{"result":{"text":"whole"}}},"text":"cut"}"#, "note_tweet"),
      (#"{"text":"RT","retweeted_status":{"text":"whole"}}"#, "retweeted_status"),
      (#"{"retweeted_status":{"text":"cut","full_text":"whole"},"full_text":"RT"}"#, "retweeted_status"),
      (
        #"{"text":"RT","retweeted_status":{"extended_tweet":{"full_text":"whole"},"text":"cut"}}"#,
        "retweeted_status.extended_tweet"
      ),
      (#"{"tweet":{"full_text":"whole"}}"#, ""), (#"{"tweet":{"retweeted":false,"text":"whole"}}"#, ""),
      (#"{"content":"","reblog":{"content":"<p>whole</p>"}}"#, "reblog"),
      (
        #"{"data":{"text":"RT","referenced_tweets":[{"id":"8","type":"quoted"},{"type":"retweeted","id":"9"}]}"#
          + #","includes":{"tweets":[{"id":"8","text":"no"},{"text":"whole","id":"9"}]}}"#, "includes.tweets"
      ),
      (
        #"{"includes":{"tweets":[{"id":"9","text":"cut","note_tweet":{"text":"whole"}}]},"data":"#
          + #"{"referenced_tweets":[{"type":"retweeted","id":"9"}],"text":"RT"}}"#,
        "includes.tweets.note_tweet"
      ),
      (
        #"{"text":"RT","referenced_tweets":[{"type":"retweeted","id":"9","text":"whole"}]}"#,
        "referenced_tweets"
      ),
    ])
  func takesWholeText(_ json: String, _ place: String) throws {
    let answer = try locate(json)
    #expect(answer.text == "whole")
    #expect(answer.place == place)
  }

  @Test(
    "A tweet that is only quoted, or whose text is missing, does not speak for this one",
    arguments: [
      #"{"text":"own","quoted_status":{"full_text":"no"}}"#,
      #"{"text":"own","retweeted_status":{"id":7}}"#, #"{"text":"own","retweeted_status":null}"#,
      #"{"text":"own","note_tweet":{"text":" "}}"#, #"{"text":"own","extended_tweet":{}}"#,
      #"{"text":"own","referenced_tweets":[{"type":"quoted","id":"9","text":"no"}]}"#,
      #"{"text":"own","referenced_tweets":[{"type":"retweeted","id":"9"}],"includes":{"tweets":[{"id":"7","text":"no"}]}}"#,
      #"{"text":"own","user":{"note_tweet":{"text":"no"}},"entities":{"text":"no"}}"#,
    ])
  func keepsOwnText(_ json: String) throws {
    let answer = try locate(json)
    #expect(answer.text == "own")
    #expect(answer.place == "")
  }

  @Test(
    "An empty, blank or null text is none, and the next name is tried",
    arguments: [
      #"{"text":"","full_text":"b"}"#, #"{"full_text":" \n","text":"b"}"#, #"{"text":null,"content":"b"}"#,
      #"{"full_text":"\u00a0\u3000","body":"b"}"#, #"{"RawContent":"b"}"#, #"{"TEXT":"b","Message":"c"}"#,
      #"{"Text":"c","text":"b"}"#, #"{"text":"b","Text":"c"}"#,
    ])
  func skipsBlankText(_ json: String) throws {
    #expect(try locate(json).text == "b")
  }

  @Test("Where no member has a text the reason says so")
  func tellsOfNoText() {
    #expect(reason(#"{"text":"","full_text":" "}"#) == .noText)
    #expect(reason(#"{"text":null}"#) == .noText)
    #expect(reason(#"{"tweet":{"id":1}}"#) == .noText)
    #expect(reason(#"{"content":"<p><br></p>"}"#) == .noText)
    #expect(reason(#"{"text":{"a":1}}"#) == .textNotString)
  }

  @Test("A name with dots is a member's name first, and a path then")
  func followsPaths() throws {
    let keys = ["_source.text", "commit.record.text"]
    func text(_ json: String) throws -> String { try locate(json) { $0.textKeys = keys }.text }
    #expect(try text(#"{"_source":{"text":"path"},"_source.text":"name"}"#) == "name")
    #expect(try text(#"{"_id":"a","_source":{"id":1,"text":"path"}}"#) == "path")
    #expect(try text(#"{"commit":{"record":{"x":{"text":"no"},"text":"path"}}}"#) == "path")
    #expect(throws: Rejection.self) { try text(#"{"commit":{"record":"text"},"text":"no"}"#) }
    #expect(throws: Rejection.self) { try text(#"{"x":{"_source":{"text":"no"}}}"#) }
  }

  @Test(
    "The id is the exact one: id_str before a number that was rounded, and under other names too",
    arguments: [
      (#"{"id":12,"id_str":"12"}"#, "12"),
      (#"{"id_str":"1234567890123456789","id":1.2345678901234568e+18}"#, #""1234567890123456789""#),
      (#"{"id":1234567890123456800,"id_str":"1234567890123456789"}"#, #""1234567890123456789""#),
      (#"{"tweet_id":5}"#, "5"), (#"{"ID":6}"#, "6"),
      (#"{"id":{"$numberLong":"55"}}"#, #""55""#), (#"{"id":null,"tweet_id":5}"#, "5"),
      (#"{"data":{"id":"9","text":"a"},"x":1}"#, #""9""#),
    ])
  func findsExactID(_ json: String, _ id: String) throws {
    #expect(try locate(json.replacing("{", with: #"{"text":"a","#, maxReplacements: 1)).id == id)
  }

  @Test("The id may have a name of one's own, or a path")
  func findsNamedID() throws {
    #expect(try locate(#"{"id":1,"key":2,"text":"a"}"#) { $0.idKeys = ["key"] }.id == "2")
    #expect(try locate(#"{"id":1,"m":{"key":"x"},"text":"a"}"#) { $0.idKeys = ["m.key"] }.id == #""x""#)
    #expect(try locate(#"{"id":1,"text":"a"}"#) { $0.idKeys = ["key"] }.id == nil)
  }

  @Test(
    "Another language than Spanish is flagged, an unknown one is not",
    arguments: [
      ("en", true), ("ja", true), ("est", true), ("es", false), ("ES", false), ("es-419", false),
      ("und", false), ("qme", false), ("", false), ("pt-BR", true),
    ])
  func flagsLanguage(_ language: String, _ isFlagged: Bool) throws {
    let tweet = try locate(#"{"data":{"lang":"\#(language)","text":"a"}}"#).tweet
    #expect(tweet.flags.contains(.notSpanish) == isFlagged)
    #expect(tweet.language?.count == language.utf8.count)
    #expect(try locate(#"{"text":"a","user":{"lang":"en"}}"#).tweet.language == nil)
  }

  @Test("Numbers that JSON lacks are accepted in tweets")
  func acceptsNaN() throws {
    #expect(try locate(#"{"a":NaN,"b":[Infinity,-Infinity],"text":"x"}"#).text == "x")
    #expect(reason(#"{"a":nan,"text":"x"}"#) == .badJSON)
    #expect(reason(#"{"a":+Infinity,"text":"x"}"#) == .badJSON)
  }

  @Test("The text of a tweet from the same page takes the place of the retweet's own")
  func takesRepeatedTweet() throws {
    var bytes = Array(#"{"id":"1","text":"RT \ud83d"}{"id":"9","text":"whole"}"#.utf8)
    var line = TweetLine(number: 1, offset: 0, length: 29, range: 0..<29, rejection: nil)
    line.repeated = 29..<bytes.count
    var text = Array("before ".utf8)
    let tweet = try TweetLocator(options: ReadingOptions()).locate(
      line, as: .object, in: &bytes, appendingTextTo: &text)
    #expect(String(decoding: text, as: UTF8.self) == "before whole")
    #expect(tweet.flags.isEmpty)
    #expect(tweet.place.name == "includes.tweets")
  }
}

@Suite("HTML that is a tweet's text") struct HTMLTextTests {
  private func plain(_ html: String) -> String {
    let bytes = Array(html.utf8)
    guard HTMLText.isHTML(bytes.span) else { return html }
    var text: [UInt8] = []
    HTMLText.append(bytes.span, to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  @Test(
    "Tags go, paragraphs and line breaks become spaces, what links say stays",
    arguments: [
      ("<p>uno</p><p>dos</p>", "uno dos"), ("uno<br>dos<br/>tres<BR />", "uno dos tres"),
      (#"<p>Hoy <a href="https://m.ex/tags/x" class="a > b">#<span>x</span></a></p>"#, "Hoy #x"),
      (#"<p><span class="invisible">https://</span><span>m.ex</span></p>"#, "https://m.ex"),
      (
        "<p>qu&eacute; &quot;d&iacute;a&quot; &amp;amp; &#161;ol&#xE9;! &#x1F600;&nbsp;&hellip;</p>",
        "qué \"día\" &amp; ¡olé! 😀 …"
      ),
      (
        "<p>&noexiste; &; &#; &#xZ; &#0; &#55296; &#150; AT&T; 3 &lt; 4</p>",
        "&noexiste; &; &#; &#xZ; \u{FFFD} \u{FFFD} – AT&T; 3 < 4"
      ),
      ("<p>te <3 y a < b</p>", "te <3 y a < b"), ("<p>abierto <a href=\"", "abierto <a href=\""),
    ])
  func strips(_ html: String, _ text: String) {
    #expect(plain(html) == text)
  }

  @Test(
    "What has no tag is not HTML, and stays",
    arguments: ["te <3 &amp; a<b", "a < b > c", "<hola> & <dios>", "<p", "x <@ana> y", "", "<", "</>"])
  func keeps(_ text: String) {
    #expect(plain(text) == text)
  }

  @Test("Many beginnings of tags cost no more than a pass")
  func isLinear() {
    for piece in ["<a ", "<a \"", "<p x='\"", "&amp", "<p><a \"<b '"] {
      let text = String(repeating: piece, count: 60_000)
      #expect(plain(text).utf8.count <= text.utf8.count)
    }
  }
}
