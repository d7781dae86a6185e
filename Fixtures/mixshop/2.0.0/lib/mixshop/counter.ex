defmodule Mixshop.Counter do
  use GenServer

  def start_link(_), do: GenServer.start_link(__MODULE__, 0, name: __MODULE__)

  def bump, do: GenServer.call(__MODULE__, :bump)

  # What the node can do and knows, for the test.
  def report do
    basket = %Mixshop.Basket{prices: [3, 4]}
    priced = {Mixshop.Price.of(basket), to_string(basket)}
    {bump(), Mixshop.Price.of(7), priced, Application.get_all_env(:mixshop) |> Enum.sort()}
  end

  def init(count), do: {:ok, %{count: count, carried: nil}}

  def handle_call(:bump, _from, %{count: count} = state),
    do: {:reply, count + 1, %{state | count: count + 1}}

  def code_change({:down, _version}, %{count: count}, _extra), do: {:ok, count}
  def code_change(_version, count, _extra), do: {:ok, %{count: count, carried: count}}
end
