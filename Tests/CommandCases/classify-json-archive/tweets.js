window.YTD.tweets.part0 = [
  {
    "tweet" : {
      "entities" : { "urls" : [ ], "text" : "no" },
      "id_str" : "21",
      "full_text" : "me alegro muchísimo por vosotros"
    }
  },
  {
    "tweet" : {
      "id_str" : "22",
      "full_text" : "qué rabia, otra vez tarde"
    }
  }
]
