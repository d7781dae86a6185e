{application, shop,
 [{description,"A shop"},
  {vsn,"1.0"},
  {modules,[shop,shop_cart,shop]},
  {registered,[]},
  {applications,[kernel,stdlib,kernel]}]}.
