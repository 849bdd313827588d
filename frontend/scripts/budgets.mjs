console.log("budgets");
