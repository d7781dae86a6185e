{application, shop,
 [{description,"A shop"}
  {vsn,"1.0"}]}.
