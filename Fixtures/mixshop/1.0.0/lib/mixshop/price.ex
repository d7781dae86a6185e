defprotocol Mixshop.Price do
  @fallback_to_any true
  def of(thing)
end

defimpl Mixshop.Price, for: Integer do
  def of(cents), do: cents
end

defimpl Mixshop.Price, for: Any do
  def of(_), do: :unknown
end
