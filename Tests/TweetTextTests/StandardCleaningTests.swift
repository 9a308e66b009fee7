import Testing
import TweetText

@Suite("Profile standard")
struct StandardCleaningTests {
  /// Faces and hearts that label tweets, by family.
  static let traces = [
    ":)", ":))", ":-)", ": )", ": - )", ":')", ":’)", ":]", ":}", "=)", "=]", ";)", ";-)", ":o)", ":^)",
    "}:)", ">:)",
    ":(", ":((((", ":-(", ":'(", ":'-(", ": (", ":[", ":{", "=(", ";(", ">:(", "))))", "((",
    "(:", "((:", "( :", "(-:", "(=", "(;", "):", ")':", ")-:", "]:", "):D",
    ":D", ":DDD", ":-D", ":d", ":'D", "=D", ";D", ":P", ":p", ":-P", ":ppp", "=P", ";p", ":o", ":O", ":-o",
    "=O",
    ":c", ":'c", ":C", ":s", ":S", ":v", ":'v", ":V", ":x", ":X", ":3", ":33", ">:D", ">:v",
    "D:", "D':", "c:", "v:", ":/", ":-/", "=/", ":\\", ":|", ":-|", ":*", ":-*", ":***", ":'/", ":'|", ";*",
    "=*", ":@",
    ":$", ":>", ":<",
    "<3", "<3333", "</3", "<\\3", "&lt;3", "&lt;/3", "&amp;lt;3", "<3<3",
    "^^", "^_^", "^-^", "^.^", "^o^", "^u^", "-_-", "-__-", "-.-", "._.", ".___.", ".-.", ";_;", ";-;", "*-*",
    "*_*", "*.*",
    ">.<", ">_<", "><", "<_<", ">_>", "'_'", "•_•", "T_T", "T__T", "t_t", "T.T", "u_u", "u.u", "U_U", "n_n",
    "n.n", "o_o",
    "o.O", "O_o", "0_0", "x_x", "X_X", "e_e", "Q_Q", "y_y", "¬¬", "¬_¬", "\\o/", "¯\\_(ツ)_/¯", "(^_^)",
    "(-_-)", "(T_T)",
    "(y)", "(Y)",
    "🙂", "😭😭", "👍🏽", "👨‍👩‍👧", "🇪🇸", "❤️", "♥", "♡", "☺", "☹️", "⭐", "⌚", "⏰", "™️", "‼", "©",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "♡_♡", ":🙂)",
  ]

  @Test("leaves nothing of a face or heart", arguments: traces)
  func leavesNoTrace(trace: String) {
    #expect(cleaned(trace) == "")
    #expect(cleaned("hola " + trace) == "hola")
    #expect(cleaned(trace + " hola") == "hola")
    #expect(cleaned("hola " + trace + " adiós") == "hola adiós")
    #expect(cleaned("hola " + trace + " " + trace + " adiós") == "hola adiós")
  }

  @Test(
    "removes a face that is glued to the word before it",
    arguments: [":)", ":(", ":D", ":'(", ":c", ":v", ":/", "<3", "^^", "😭", "(:", ":*"])
  func gluedFaces(face: String) {
    #expect(cleaned("hola" + face) == "hola")
  }

  @Test(
    "keeps what only looks like a face",
    arguments: [
      "xD", "XD", "jaja XD", "uwu", "son las 12:30", "de 10 a 5:3", "título:Dos", "Importante: debes ir",
      "es: p-a-z",
      "E.E.U.U.", "fin... otra", "menos de <30", "a -> b", "1+1=2", "¿y?", "C:", "casa-jardín", "rock & roll",
      "20:15", "a/b",
      "precio:$500", "50%", "ya; pero no", "«sí»", "- no", "2*3*4",
    ])
  func keepsText(text: String) {
    #expect(cleaned(text) == text)
  }

  @Test("removes every bracket and keeps what it held")
  func removesBrackets() {
    #expect(cleaned("Hola (otra vez) [sic] {a}") == "Hola otra vez sic a")
  }

  @Test("keeps the number of a keycap")
  func keycaps() {
    #expect(cleaned("son 1️⃣9️⃣ casos *️⃣") == "son 19 casos *")
  }

  @Test(
    "removes links, wherever they begin",
    arguments: [
      "http://t.co/x", "https://t.co/x?a=b&c=d", "HTTP://T.CO", "Https://x", "www.abc.es/ñ", "WWW.ABC.ES",
      "pic.twitter.com/xyz",
      "http://x:)😭(ver)",
    ])
  func removesLinks(link: String) {
    #expect(cleaned(link) == "")
    #expect(cleaned("mira " + link + " ya") == "mira ya")
    #expect(cleaned("mira" + link + "\tya") == "mira ya")
  }

  @Test("keeps the text between two links")
  func keepsBetweenLinks() {
    #expect(cleaned("http://t.co/x muy bueno http://t.co/y") == "muy bueno")
  }

  @Test("removes mentions and keeps a lone at sign")
  func mentions() {
    #expect(cleaned("@ana_paz: gracias @luis!") == ": gracias !")
    #expect(cleaned("hola@ana") == "hola")
    #expect(cleaned("pan @ casa") == "pan @ casa")
  }

  @Test("removes an e-mail address as a whole")
  func emailAddresses() {
    #expect(cleaned("escribe a ana.paz@correo.com.es ya") == "escribe a ya")
  }

  @Test(
    "keeps a hashtag's words, apart",
    arguments: [
      ("#FelizLunes a todos #año2020!", "Feliz Lunes a todos año 2020!"),
      ("¡#DíaDeLaMúsica_en_Perú!", "¡ Día De La Música en Perú!"),
      ("#TBT #iPhone #yoSOY #28Mayo #a#b", "TBT iPhone yo SOY 28Mayo a b"),
      ("#_ # #!", "!"),
      ("#RT hola", "hola"),
      ("#felizD: #qué:) #xD", "feliz qué xD"),
      ("holaMundo #tuMundo &#x41;Bc #x&#x41;Bc", "holaMundo tu Mundo ABc xABc"),
    ])
  func hashtags(tweet: String, words: String) {
    #expect(cleaned(tweet) == words)
    #expect(cleaned(words) == words)
  }

  @Test("removes RT at the beginning only")
  func retweetMarks() {
    #expect(cleaned("RT RT @ana: hola") == ": hola")
    #expect(cleaned("dale RT ya") == "dale RT ya")
    #expect(cleaned("RTVE informa") == "RTVE informa")
  }

  @Test("decodes character references, however often they were encoded")
  func characterReferences() {
    #expect(cleaned("T&uacute; &amp; yo &#161;s&#xED;!") == "Tú & yo ¡sí!")
    #expect(cleaned("&amp;amp;quot;hola&amp;quot;") == "\"hola\"")
    #expect(cleaned("&#128;5 &euro;5") == "€5 €5")
    #expect(cleaned("a&nbsp;&#10;b") == "a b")
    #expect(cleaned("&desconocido; &; &") == "&desconocido; &; &")
  }

  @Test("folds white space and control characters, drops format characters")
  func whiteSpace() {
    #expect(cleaned(" \t hola\u{A0}\u{2003}\n\u{0}adiós\u{85} ") == "hola adiós")
    #expect(cleaned("co\u{AD}che\u{200B} \u{FEFF}\u{2066}ya\u{2069}") == "coche ya")
  }

  @Test("appends to what is there already, and touches none of it")
  func appends() {
    var output = Array("RT :".utf8)
    Cleaner(.standard).clean(") hola :)".utf8.span, appendingTo: &output)
    #expect(String(decoding: output, as: UTF8.self) == "RT :hola")
  }

  @Test("keeps the array's storage when it has room")
  func keepsStorage() {
    var output: [UInt8] = []
    output.reserveCapacity(4096)
    let capacity = output.capacity
    for _ in 0..<3 {
      output.removeAll(keepingCapacity: true)
      Cleaner(.standard).clean("hola &lt;3 @ana :) 😭".utf8.span, appendingTo: &output)
    }
    #expect(output.capacity == capacity)
  }
}
