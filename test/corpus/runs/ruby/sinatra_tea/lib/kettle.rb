module Tea
  class Kettle
    BOIL = "kettle.boil".freeze

    def describe(name)
      Tracer.in_span("describe #{name}") { name }
    end

    def fill
      Tracer.in_span 'fill kettle', attributes: { "litres" => 2 } do
        "full"
      end
    end

    def brew(name)
      Tracer.in_span(BOIL) { name }
      Tracer.in_span(
        "steep leaves",
        kind: :internal,
      ) do
        name
      end
    end
  end
end
