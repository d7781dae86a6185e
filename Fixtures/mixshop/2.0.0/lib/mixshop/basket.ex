defmodule Mixshop.Basket do
  defstruct prices: []
end

defimpl Mixshop.Price, for: Mixshop.Basket do
  def of(basket), do: basket.prices |> Enum.map(&Mixshop.Price.of/1) |> Enum.sum()
end

# A protocol of Elixir itself, whose version does not change.
defimpl String.Chars, for: Mixshop.Basket do
  def to_string(basket), do: "basket of #{Mixshop.Price.of(basket)}"
end
