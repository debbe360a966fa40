document.body.innerHTML = '<h1>Rsbuild on Windlass</h1>';
