/// The words of Spanish that are in every text, whatever it is about: articles, pronouns, prepositions, conjunctions, the forms
/// of auxiliary verbs, and how tweets shorten them. Words of negation are among them; those of feeling are not.
enum StopWords {
  /// To find them by their bytes, in small letters.
  static let index: ByteStringIndex = {
    var index = ByteStringIndex()
    for word in text.split(whereSeparator: \.isWhitespace) {
      let bytes = Array(word.utf8)
      index.insert(bytes.span, in: 0..<bytes.count)
    }
    return index
  }()

  private static let text = """
    a ahi ahí aki al algo alguna algunas alguno algunos algún alla alli allá allí ambos ante antes aquel
    aquella aquellas aquello aquellos aqui aquí asi así aun aunque aún bajo bien bn cada casi cc como
    con conmigo contigo contra cosa cosas cual cuales cualquier cualquiera cuando cuanto cuantos cuál
    cuáles cuándo cuánto cuántos cómo d da dan dar das de debe deben del demás dentro desde despues
    después dice dicen dijo dl dm donde dos durante dónde e el ella ellas ello ellos en entonces entre
    era eran eras eres es esa esas ese eso esos esta estaba estaban estado estan estar estará estas este
    esto estos estoy estuve estuvo está están estás esté etc fav fue fuera fueron fui gran ha haber
    habia habrá había habían hace hacen hacer haces hacia hago han has hasta hay haya he hecho hemos
    hizo hj hoy iba igual incluso ir jamas jamás k ke kien komo la las le les lo los luego mas me menos
    mi mientras mis misma mismas mismo mismos mucha muchas mucho muchos muy más mí mía mío mñn na nada nadie
    ni ninguna ninguno ningún no nos nosotras nosotros nuestra nuestras nuestro nuestros nunca o os otra
    otras otro otros pa pal para parece pero pk poco pocos podemos poder podría por porq porque pq puede
    pueden puedes puedo pues q que queda quien quienes quiere quieren quieres quiero quién quiénes qué
    rt se sea sean segun según ser seria será serán sería si sido siempre siendo sin sino sobre sois
    sola solo somos son soy su sus suya suyo sé sí sólo ta tal tambien también tampoco tan tanta tanto
    tas tb tbn te tendrá tenemos tener tengo tenia tenía ti tiene tienen tienes tmb toda todas todavía
    todo todos toy tqm tras tu tus tuve tuvo tuya tuyo tú u un una unas uno unos usted ustedes va vamos
    van vas ve veces ver vez via vos vosotras vosotros voy vuestra vuestro vía x xk xq y ya yo él
    """
}
